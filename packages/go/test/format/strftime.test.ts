import { readFileSync } from 'node:fs'
import t from 'tap'
import { formatGoDuration } from '../../src/duration/write-duration.ts'
import { compileGoTime } from '../../src/format/strftime.ts'
import { compileGoVerb } from '../../src/format/go-verb.ts'

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

t.test('compileGoVerb: writes what Go wrote (fmt.Sprintf), and refuses what does not fit', async (t) => {
  const texts: Record<string, string> = { '.4s': 'WARN', s: 'WARNING', '-10s': 'WARNING   ', '10s': '   WARNING', q: '"WARNING"', '.6s': 'WARNIN', v: 'WARNING', '-8.3s': 'WAR     ', '010s': '000WARNING' }
  for (const [layout, want] of Object.entries(texts)) t.equal(compileGoVerb(layout, 'text')?.('WARNING'), want, layout)
  const numbers: Record<string, string> = { d: '171', '03x': '0ab', '5d': '  171', '-5d': '171  ', X: 'AB', v: '171', b: '10101011', o: '253', '05d': '00171' }
  for (const [layout, want] of Object.entries(numbers)) t.equal(compileGoVerb(layout, 'number')?.(171), want, layout)
  for (const layout of ['d', '', 'z', '.4', '{}']) t.equal(compileGoVerb(layout, 'text'), null, layout)
  for (const layout of ['s', 'q', '.']) t.equal(compileGoVerb(layout, 'number'), null, layout)
})

t.test('formatGoDuration: writes what Go wrote (time.Duration)', async (t) => {
  const texts: [number, string][] = [
    [0, '0s'], [0.000529, '529ns'], [0.001, '1µs'], [0.004529, '4.529µs'], [1, '1ms'], [1.2, '1.2ms'], [1.234567, '1.234567ms'],
    [999.999999, '999.999999ms'], [1000, '1s'], [2500, '2.5s'], [60000, '1m0s'], [62001, '1m2s'], [1.0805e7, '3h0m5s']
  ]
  for (const [ms, want] of texts) t.equal(formatGoDuration(ms), want)
})
