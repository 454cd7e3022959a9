import { readFileSync } from 'node:fs'
import t from 'tap'
import { compileGoTime } from '@floodgate/go'

interface Recorded { zone: string, ms: number, texts: Record<string, string> }

t.test('compileGoTime: writes what Go wrote (go1.26, time.Format)', async (t) => {
  const zone = process.env['TZ']
  t.teardown(() => {
    if (zone === undefined) delete process.env['TZ']
    else process.env['TZ'] = zone
  })
  const recorded = JSON.parse(readFileSync(new URL('fixtures/go-times.json', import.meta.url), 'utf8')) as Recorded[]
  for (const { zone, ms, texts } of recorded) {
    process.env['TZ'] = zone
    const got = Object.fromEntries(Object.keys(texts).map((layout) => [layout, compileGoTime(layout)(ms)]))
    t.strictSame(got, texts, `${zone} ${ms}`)
  }
})

t.test('compileGoTime: takes names of layouts, whatever their case', async (t) => {
  process.env['TZ'] = 'UTC'
  t.equal(compileGoTime('kitchen')(1265317257012), '9:00PM')
  t.equal(compileGoTime('RFC3339')(1265317257012), '2010-02-04T21:00:57Z')
})

t.test('compileGoTime: follows the clock across seconds, forwards and back', async (t) => {
  process.env['TZ'] = 'UTC'
  const write = compileGoTime('15:04:05.000 Monday')
  t.strictSame([57_012, 57_999, 58_000, 57_001, 60_000].map((ms) => write(1265317200000 + ms)), [
    '21:00:57.012 Thursday', '21:00:57.999 Thursday', '21:00:58.000 Thursday', '21:00:57.001 Thursday', '21:01:00.000 Thursday'
  ])
})

t.test('compileGoTime: writes the abbreviation of the zone database, or the offset if there is none', async (t) => {
  const zone = process.env['TZ']
  t.teardown(() => {
    if (zone === undefined) delete process.env['TZ']
    else process.env['TZ'] = zone
  })
  for (const [name, text] of [['Europe/Berlin', 'CEST +02:00'], ['America/New_York', 'EDT -04:00'], ['Asia/Kathmandu', '+0545 +05:45'], ['UTC', 'UTC Z']] as const) {
    process.env['TZ'] = name
    t.equal(compileGoTime('MST Z07:00')(Date.UTC(2024, 6, 1)), text, name)
  }
})
