import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { differences } from '@floodgate/inspect'
import { batchSize, makeScript } from './batch.ts'
import { compare } from './compare.ts'
import { deliberate, findDeliberate, notGenerated, type Compared } from './deliberate.ts'
import { normalisations } from './normalise.ts'
import type { Observation } from './observation.ts'
import { themes } from './themes/index.ts'

for (const theme of themes) {
  t.test(`${theme.name}: seed and number decide a case`, async (t) => {
    const batch = makeScript(theme, '7', 0, batchSize)
    t.strictSame(makeScript(theme, '7', 0, batchSize), batch)
    t.strictSame(makeScript(theme, '7', 4, 5).cases, batch.cases.slice(4, 5))
    t.notSame(makeScript(theme, '8', 0, batchSize).cases, batch.cases)
    t.throws(() => makeScript(theme, '7', 20, batchSize + 1), RangeError)
  })
}

t.test('each wanted difference is documented, and each that is documented is one', async (t) => {
  const matched = deliberate.flatMap(({ name, in: file }) => file === undefined ? [name] : [])
  t.strictSame([...matched, ...Object.keys(notGenerated)].sort(), differences.map(({ id }) => id).sort(), 'deliberate.ts has a matcher for each difference of packages/inspect/src/differences/list.ts, or a reason why no case comes there')
  for (const { name, in: file } of deliberate) if (file !== undefined) t.ok(fs.readFileSync(path.resolve(import.meta.dirname, '../..', file), 'utf8').includes(name), `${file} has: ${name}`)
})

t.test('each normalisation has its reason', async (t) => {
  for (const { name, reason, answer, call } of normalisations) t.ok(reason.length > 10 && (answer ?? call), name)
})

const answer = (more: Partial<Observation> = {}): Observation => ({ status: 200, lines: [], body: '', seen: [], ...more })
const call = (lines: [string, string][]): Observation => answer({ seen: [{ server: 'api', method: 'GET', path: '/x', lines, body: '' }] })

t.test('what can never be equal is not compared, all else is', async (t) => {
  t.strictSame(compare(answer({ lines: [['Date', 'Mon'], ['X-Krakend', 'Version 2'], ['Content-Type', 'a']] }), answer({ lines: [['content-type', 'a'], ['Connection', 'close']] })), [])
  t.strictSame(compare(call([['User-Agent', 'KrakenD Version 2.13.8'], ['A', '1'], ['B', '2']]), call([['b', '2'], ['a', '1'], ['user-agent', 'Floodgate 1']])), [])
  t.strictSame(compare(answer({ lines: [['Set-Cookie', 'a'], ['Set-Cookie', 'b']] }), answer({ lines: [['Set-Cookie', 'b'], ['Set-Cookie', 'a']] })), [{ what: 'header set-cookie', reference: ['a', 'b'], ours: ['b', 'a'] }])
  t.strictSame(compare(answer({ body: '{"a":1.0}' }), answer({ body: '{"a":1}' })).map(({ what }) => what), ['body'])
  t.strictSame(compare(call([['User-Agent', 'curl']]), call([['User-Agent', 'Floodgate 1']])).map(({ what }) => what), ['call 1: header user-agent'])
  t.strictSame(compare(answer(), call([])).map(({ what }) => what), ['calls'])
  t.strictSame(compare(answer({ broken: true }), answer()).map(({ what }) => what), ['broken'])
})

t.test('a wanted difference is that one only', async (t) => {
  const compared = (reference: Observation, ours: Observation, more: { tags?: string[], path?: string, lines?: [string, string][] } = {}): Compared => ({
    script: makeScript(themes[0]!, '1', 0, 1),
    test: { name: 'x 1/0', prefix: '/c0', requests: [], tags: more.tags ?? [] },
    request: { path: more.path ?? '/c0/x', lines: more.lines ?? [] },
    reference,
    ours
  })
  const wanted = (given: Compared): (string | undefined)[] => compare(given.reference, given.ours).map((difference) => findDeliberate(difference, given)?.name)
  t.strictSame(wanted(compared(answer({ body: '{"a":1.0,"b":"\\u003c"}' }), answer({ body: '{"b":"<", "a":1.0}' }))), ['json-as-written'])
  t.strictSame(wanted(compared(answer({ body: '{"a":1.0}' }), answer({ body: '{"a":1}' }))), [undefined])
  t.strictSame(wanted(compared(answer({ body: '{"a":1}' }), answer({ body: '{"a":2}' }), { tags: ['collision'] })), ['merge-order'])
  t.strictSame(wanted(compared(answer({ body: '{"a":1}' }), answer({ body: '{"b":2}' }), { tags: ['collision'] })), [undefined])
  t.strictSame(wanted(compared(call([['Te', 'trailers'], ['X-Hop', '1'], ['X-One', '1']]), call([]), { lines: [['Connection', 'X-Hop']] })).sort(), ['connection-headers', 'connection-headers', undefined])
  t.strictSame(wanted(compared(answer(), answer({ status: 400 }), { path: '/c0/..' })), ['segments'])
  t.strictSame(wanted(compared(answer(), answer({ status: 400 }))), [undefined])
  t.strictSame(wanted(compared(answer({ body: 'invalid status code 404 [GET /x]: http://127.0.0.1:1/x' }), answer({ body: 'invalid status code 404 [GET /x]' }))), ['error-texts'])
})
