import t, { type Test } from 'tap'
import type { Outcome } from '../../src/breaker/circuit-breaker.ts'
import { BreakerHub } from '../../src/workers/breaker-hub.ts'
import { createBreakerService } from '../../src/workers/breaker-service.ts'
import { WorkerBreaker } from '../../src/workers/worker-breaker.ts'
import { joinWorkers } from '../support/join-workers.ts'

const topic = 'qos/circuit-breaker'
const [open, busy] = ['circuit breaker is open', 'too many requests']

interface Rule { maxErrors: number, interval?: number, timeout?: number }

/** Workers with one breaker, and one clock for all of them. */
function start (t: Test, rule: Rule) {
  const world = { now: 1000, ...pick(), breakers: new Map<number, WorkerBreaker>(), worker, ask, admit }
  function pick () {
    const joined = joinWorkers(t, { [topic]: createBreakerService(topic, () => world.now) })
    return { joined, lines: joined.lines, quiet: joined.quiet }
  }
  async function worker (id: number) {
    const hub = new BreakerHub(world.joined.start(id), topic)
    world.breakers.set(id, new WorkerBreaker({
      hub,
      name: 'x',
      rule: { name: 'b', interval: 0, timeout: 1000, logs: true, ...rule },
      clock: () => world.now
    }))
    await hub.settled()
  }
  /** What a request to a worker meets; an outcome ends it. */
  async function admit (id: number): Promise<number | string> {
    try {
      return await world.breakers.get(id)!.begin()
    } catch (error) {
      return (error as Error).message
    }
  }
  async function ask (id: number, outcome: Outcome): Promise<string> {
    const admission = await admit(id)
    if (typeof admission === 'string') return admission
    world.breakers.get(id)!.end(admission, outcome)
    return outcome
  }
  return world
}

async function startTwo (t: Test, rule: Rule) {
  const world = start(t, rule)
  await Promise.all([world.worker(1), world.worker(2)])
  return world
}

/** Waits for an answer while there may be nothing else that keeps the process running. */
async function awake <Answer> (answer: Promise<Answer>): Promise<Answer> {
  const alive = setInterval(() => {}, 1000)
  return answer.finally(() => { clearInterval(alive) })
}

t.test('WorkerBreaker: failures in a row over all workers open it for all, and are logged once', async (t) => {
  const { ask, quiet, lines } = await startTwo(t, { maxErrors: 3 })
  for (const id of [1, 2, 1]) {
    await ask(id, 'failure')
    await quiet()
  }
  t.equal(await ask(2, 'success'), 'success', 'which ends the row')
  await quiet()
  for (const id of [1, 2, 1]) {
    await ask(id, 'failure')
    await quiet()
  }
  t.same(lines, [])
  t.equal(await ask(2, 'failure'), 'failure')
  await quiet()
  t.same([await ask(1, 'success'), await ask(2, 'success')], [open, open])
  t.same(lines, ["circuit breaker named 'b' went from 'closed' to 'open'"])
})

t.test('WorkerBreaker: while all is well, and while it is open, nothing is sent', async (t) => {
  const { ask, quiet, joined } = await startTwo(t, { maxErrors: 0 })
  const before = joined.messages.length
  for (let i = 0; i < 100; i++) await ask(1 + i % 2, 'success')
  await quiet()
  t.equal(joined.messages.length, before)
  await ask(1, 'failure')
  await quiet()
  const opened = joined.messages.length
  for (let i = 0; i < 100; i++) t.equal(await ask(1 + i % 2, 'failure'), open)
  await quiet()
  t.equal(joined.messages.length, opened)
})

t.test('WorkerBreaker: a worker opens it by its own failures without the primary', async (t) => {
  const world = await startTwo(t, { maxErrors: 1 })
  world.joined.hangs = true
  t.same([await world.ask(1, 'failure'), await world.ask(1, 'failure'), await world.ask(1, 'failure')], ['failure', 'failure', open])
  t.equal(await world.ask(2, 'success'), 'success', 'the other has not heard of it')
  world.joined.hangs = false
  await world.quiet()
  t.equal(await world.ask(2, 'success'), open)
})

t.test('WorkerBreaker: one trial for all workers, however many want it', async (t) => {
  const world = await startTwo(t, { maxErrors: 0 })
  await world.ask(1, 'failure')
  await world.quiet()
  world.now += 1001
  const admitted = await Promise.all([1, 2, 1, 2, 1, 2].map(world.admit))
  await world.quiet()
  t.equal(admitted.filter((given) => typeof given === 'number').length, 1)
  t.same(new Set(admitted.filter((given) => typeof given === 'string')), new Set([busy]))
  t.same([await world.admit(1), await world.admit(2)], [busy, busy])
  const tried = admitted.findIndex((given) => typeof given === 'number')
  world.breakers.get(1 + tried % 2)!.end(admitted[tried] as number, 'success')
  await world.quiet()
  t.same([await world.ask(1, 'success'), await world.ask(2, 'success')], ['success', 'success'])
  t.same(world.lines.map((line) => /went (.*)/.exec(line)![1]), ["from 'closed' to 'open'", "from 'open' to 'half-open'", "from 'half-open' to 'closed'"])
})

t.test('WorkerBreaker: a trial that fails, or whose client leaves, holds for all', async (t) => {
  const world = await startTwo(t, { maxErrors: 0 })
  await world.ask(1, 'failure')
  await world.quiet()
  world.now += 1001
  t.equal(await world.ask(2, 'ignored'), 'ignored')
  await world.quiet()
  t.equal(await world.ask(1, 'failure'), 'failure', 'the next is the trial')
  await world.quiet()
  t.same([await world.admit(1), await world.admit(2)], [open, open])
})

t.test('WorkerBreaker: a worker that dies with the trial leaves it to others, and its replacement knows the state', async (t) => {
  const world = await startTwo(t, { maxErrors: 0 })
  await world.ask(1, 'failure')
  await world.quiet()
  world.joined.kill(1)
  await world.worker(1)
  t.equal(await world.ask(1, 'success'), open)
  world.now += 1001
  t.type(await world.admit(1), 'number')
  await world.quiet()
  t.equal(await world.admit(2), busy)
  world.joined.kill(1)
  await world.quiet()
  t.equal(await world.ask(2, 'success'), 'success')
  await world.worker(1)
  t.equal(await world.ask(1, 'success'), 'success')
})

t.test('WorkerBreaker: without an answer of the primary a worker makes a trial of its own', async (t) => {
  const world = await startTwo(t, { maxErrors: 0 })
  await world.ask(1, 'failure')
  await world.quiet()
  world.now += 1001
  world.joined.hangs = true
  t.equal(await awake(world.ask(1, 'success')), 'success')
  t.equal(await world.ask(1, 'success'), 'success', 'and goes on by its outcome')
  world.joined.hangs = false
  await world.quiet()
  t.equal(await world.ask(2, 'success'), 'success', 'which the primary hears of later')
  t.equal(world.lines.length, 3)
})

t.test('WorkerBreaker: a trial elsewhere whose end is never heard of does not last for ever', async (t) => {
  const world = await startTwo(t, { maxErrors: 0 })
  await world.ask(1, 'failure')
  await world.quiet()
  world.now += 1001
  await world.admit(1)
  await world.quiet()
  t.equal(await world.admit(2), busy)
  world.joined.hangs = true
  world.now += 1001
  t.equal(await awake(world.ask(2, 'success')), 'success')
})

t.test('WorkerBreaker: an interval forgets failures, and outcomes of requests from before', async (t) => {
  const world = await startTwo(t, { maxErrors: 1, interval: 100 })
  await world.ask(1, 'failure')
  await world.quiet()
  const early = await world.admit(2) as number
  world.now += 101
  t.equal(await world.ask(1, 'failure'), 'failure')
  await world.quiet()
  world.breakers.get(2)!.end(early, 'failure')
  await world.quiet()
  t.equal(await world.ask(2, 'ignored'), 'ignored', 'still closed')
  t.equal(await world.ask(2, 'failure'), 'failure')
  await world.quiet()
  t.equal(await world.ask(1, 'success'), open)
})

t.test('WorkerBreaker: where workers see different orders, that of the primary counts', async (t) => {
  const world = await startTwo(t, { maxErrors: 1 })
  await world.ask(1, 'failure')
  await world.quiet()
  // Both before they hear of each other: the success comes first.
  await world.ask(2, 'success')
  await world.ask(1, 'failure')
  t.equal(await world.ask(1, 'ignored'), open, 'what this worker knows')
  await world.quiet()
  t.same([await world.ask(1, 'success'), world.lines], ['success', []])
})

t.test('WorkerBreaker: while the primary hangs only the first trial waits for it, and afterwards one state is that of all again', async (t) => {
  const world = await startTwo(t, { maxErrors: 0 })
  await world.ask(1, 'failure')
  await world.quiet()
  world.now += 1001
  world.joined.hangs = true
  t.equal(await awake(world.ask(1, 'failure')), 'failure')
  for (let i = 0; i < 3; i++) {
    world.now += 1001
    const began = world.breakers.get(1)!.begin() as Promise<number>
    const turns = (async () => { for (let i = 0; i < 3; i++) await new Promise(setImmediate) })()
    t.type(await Promise.race([began, turns]), 'number')
    world.breakers.get(1)!.end(await began, 'failure')
  }
  world.joined.hangs = false
  await world.quiet()
  world.now += 1001
  const admitted = await Promise.all([1, 2].map(world.admit))
  await world.quiet()
  const tried = admitted.findIndex((given) => typeof given === 'number')
  t.equal(admitted[1 - tried], busy)
  world.breakers.get(1 + tried)!.end(admitted[tried] as number, 'success')
  await world.quiet()
  t.same([await world.ask(1, 'success'), await world.ask(2, 'success')], ['success', 'success'])
})
