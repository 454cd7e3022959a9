import t from 'tap'
import { DecodedResponse, Fault, SkippedResponse, type Step } from '@floodgate/core'
import { createChoice, createFallback } from '../../src/merge/create-fallback.ts'
import { createRequest } from '../support/requests.ts'

const good = (name: string): Step => async () => new DecodedResponse({ name })
const partial: Step = async () => new DecodedResponse({}, false, new Fault('backend', 'FG_ERR_TEST', 'part'))
const bad = (message: string): Step => () => Promise.reject(new Fault('backend', 'FG_ERR_TEST', message))
const skipped: Step = async () => new SkippedResponse()
const status = (status: number): Step => async () => ({ status, headers: {}, body: null, data: null, complete: true, fault: null })

/** Runs steps, and gives the positions of those that were called with the answer. */
async function run (create: (steps: readonly Step[]) => Step, steps: readonly Step[]) {
  const called: number[] = []
  const request = createRequest()
  const counted = steps.map((step, i): Step => (request) => { called.push(i); return step(request) })
  const outcome = await create(counted)(request).catch((error: unknown) => error)
  request.call.finish()
  return { called, outcome }
}

const decoded = (steps: readonly Step[]): Step => createFallback({ outputEncoding: 'json' }, steps)
const raw = (steps: readonly Step[]): Step => createFallback({ outputEncoding: 'no-op' }, steps)

t.test('createFallback: the next backend is called only when the one before failed', async (t) => {
  t.match(await run(decoded, [good('a'), good('b')]), { called: [0], outcome: { data: { name: 'a' } } })
  t.match(await run(decoded, [bad('x'), partial, good('c'), good('d')]), { called: [0, 1, 2], outcome: { data: { name: 'c' } } })
  t.match(await run(decoded, [skipped, good('b')]), { called: [0, 1], outcome: { data: { name: 'b' } } }, 'a condition that does not hold')
})

t.test('createFallback: when all fail, the last failure is the answer', async (t) => {
  t.match(await run(decoded, [bad('x'), bad('y')]), { called: [0, 1], outcome: { message: 'y' } })
  t.match(await run(decoded, [bad('x'), partial]), { called: [0, 1], outcome: { complete: false, fault: { message: 'part' } } })
  t.ok((await run(decoded, [skipped, skipped])).outcome instanceof SkippedResponse)
})

t.test('createFallback: an answer that passes is a failure from status 500 on', async (t) => {
  t.match(await run(raw, [status(404), status(200)]), { called: [0], outcome: { status: 404 } })
  t.match(await run(raw, [status(503), status(200)]), { called: [0, 1], outcome: { status: 200 } })
  t.match(await run(raw, [status(500), status(502)]), { called: [0, 1], outcome: { status: 502 } })
})

t.test('createFallback: nothing is called after the deadline', async (t) => {
  const request = createRequest({ timeout: 20 })
  let calledAfter = false
  const hanging: Step = (request) => new Promise((_resolve, reject) => { request.call.listen(reject) })
  const step = decoded([hanging, async () => { calledAfter = true; return new DecodedResponse({}) }])
  await t.rejects(step(request), { code: 'FG_ERR_DEADLINE' })
  t.notOk(calledAfter)
})

t.test('createChoice: the first whose condition holds answers, whatever it answers', async (t) => {
  t.match(await run(createChoice, [skipped, status(503), status(200)]), { called: [0, 1], outcome: { status: 503 } })
  t.match(await run(createChoice, [skipped, bad('x'), status(200)]), { called: [0, 1], outcome: { message: 'x' } })
  const only = status(200)
  t.equal(createChoice([only]), only)
})
