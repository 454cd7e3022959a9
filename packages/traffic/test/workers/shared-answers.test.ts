import t, { type Test } from 'tap'
import { CacheStore } from '../../src/cache/cache-store.ts'
import type { KeptAnswer } from '../../src/cache/kept-answer.ts'
import { SharedAnswers } from '../../src/workers/shared-answers.ts'
import { joinWorkers } from '../support/join-workers.ts'

const topic = 'qos/http-cache'
const answer = (body: Buffer | null): KeptAnswer => ({ status: 200, headers: { 'cache-control': 'max-age=60', 'x-a': ['1', '2'] }, body, born: performance.now() - 5000, varied: [['accept', 'a']] })

function start (t: Test) {
  const joined = joinWorkers(t, {})
  const workers = [1, 2].map((id) => {
    const answers = new SharedAnswers(joined.start(id), topic)
    const local = new CacheStore({ maxItems: 1000, maxSize: 1e8, maxBody: 1e7 })
    return { answers, local, store: answers.share('x', local) }
  })
  return { joined, one: workers[0]!, two: workers[1]! }
}

t.test('SharedAnswers: what one worker keeps, the other has in its memory, with its age', async (t) => {
  const { joined, one, two } = start(t)
  const [kept, empty] = [answer(Buffer.from([0, 255, 10, 200])), answer(null)]
  one.store.set('k', kept)
  one.store.set('empty', empty)
  await joined.quiet()
  const copy = two.store.get('k') as KeptAnswer
  t.match(copy, { status: kept.status, headers: kept.headers, body: kept.body, varied: kept.varied })
  t.ok(Math.abs(copy.born - kept.born) < 1)
  t.notOk(copy.body!.buffer.byteLength > 4, 'no part of a pool')
  t.equal((two.store.get('empty') as KeptAnswer).body, null)
})

t.test('SharedAnswers: what one worker removes, no worker keeps, though the primary is busy', async (t) => {
  const { joined, one, two } = start(t)
  one.store.set('k', answer(Buffer.from('old')))
  await joined.quiet()
  joined.hangs = true
  two.store.delete('k')
  t.equal(two.store.get('k'), null)
  joined.hangs = false
  await joined.quiet()
  t.equal(one.store.get('k'), null)
})

t.test('SharedAnswers: large answers, and those beyond a rate, stay with the worker that has them', async (t) => {
  const { joined, one, two } = start(t)
  one.store.set('large', answer(Buffer.alloc(65_537)))
  one.store.set('k'.repeat(70_000), answer(null))
  one.store.set('headers', { ...answer(null), headers: { 'x-large': 'x'.repeat(65_537) } })
  for (let i = 0; i < 900; i++) one.store.set(`${i}`, answer(Buffer.from('small')))
  await joined.quiet()
  t.same([one.local.items, two.store.get('large'), two.store.get('headers')], [903, null, null])
  // The second may end meanwhile.
  t.ok(two.local.items >= 256 && two.local.items <= 512, `${two.local.items}`)
})

t.test('SharedAnswers: another cache, and one that is gone, get nothing', async (t) => {
  const { joined, one, two } = start(t)
  const other = new CacheStore({ maxItems: 10, maxSize: 1e6, maxBody: 1e6 })
  two.answers.share('y', other)
  two.answers.forget('x')
  one.store.set('k', answer(null))
  await joined.quiet()
  t.same([other.items, two.local.items], [0, 0])
  two.answers.close()
})
