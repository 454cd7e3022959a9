import t from 'tap'
import { createSwitchboard, createWorkerBus, type CreateService, type Feature, type FrameToPrimary, type FrameToWorker, type PrimaryContext, type WorkerBus } from '../../src/index.ts'

const context = {} as PrimaryContext

/** Joins workers to a primary within this process, frames as JSON as between processes; tells the messages that were sent. */
function join (count: number, services: Record<string, CreateService> = {}) {
  const messages: unknown[][] = []
  const carry = <Frame>(frames: Frame[]): Frame[] => {
    messages.push(frames)
    return JSON.parse(JSON.stringify(frames))
  }
  const features: Feature[] = Object.entries(services).map(([topic, create]) => ({ namespace: topic, schemas: {}, services: { [topic]: create } }))
  const primary = createSwitchboard(features, context)
  const workers = Array.from({ length: count }, (_, i): WorkerBus => {
    const id = i + 1
    const bus = createWorkerBus({ id, count, send: (frames: FrameToPrimary[]) => { primary.receive(id, carry(frames)) } })
    primary.add(id, (frames: FrameToWorker[]) => { bus.receive(carry(frames)) })
    return bus
  })
  return { primary, workers: workers as [WorkerBus, WorkerBus, ...WorkerBus[]], messages }
}

t.test('broadcast: reaches the listeners of all other workers, in order, until they leave', async (t) => {
  const { workers: [first, second, third] } = join(3)
  const heard: unknown[] = []
  const leave = second.subscribe('a', (value, from) => { heard.push(['second', value, from]) })
  first.subscribe('a', () => { t.fail('not to itself') })
  third!.subscribe('b', () => { t.fail('another topic') })
  const last = new Promise((resolve) => third!.subscribe('a', (value) => { if (value === 2) resolve(null) }))
  first.broadcast('a', { n: 1 })
  first.broadcast('a', 2)
  await last
  t.same(heard, [['second', { n: 1 }, 1], ['second', 2, 1]])
  leave()
  const again = new Promise((resolve) => third!.subscribe('a', resolve))
  first.broadcast('a', 3)
  await again
  t.equal(heard.length, 2)
})

t.test('call: is answered by the topic\'s service in the primary, at once or later', async (t) => {
  const { workers: [first, second] } = join(2, {
    count: () => {
      let n = 0
      return {
        call (by: number, from) {
          n += by
          return [n, from]
        }
      }
    },
    later: () => ({ call: async (value: string) => `${value}!` })
  })
  t.same(await Promise.all([first.call('count', 2), second.call('count', 3), first.call('later', 'x')]), [[2, 1], [5, 2], 'x!'])
})

t.test('call: fails with what went wrong in the primary', async (t) => {
  const { workers: [first] } = join(1, {
    throws: () => ({ call () { throw new Error('no') } }),
    rejects: () => ({ call: () => Promise.reject(new Error('never')) })
  })
  await t.rejects(first.call('nobody'), { code: 'FG_ERR_WORKERS_NO_SERVICE', message: /"nobody"/ })
  await t.rejects(first.call('throws'), { code: 'FG_ERR_WORKERS_SERVICE', message: 'the service "throws" in the primary failed: no' })
  await t.rejects(first.call('rejects'), { code: 'FG_ERR_WORKERS_SERVICE', message: /never/ })
})

t.test('outbox: what is said in one turn travels in one message', async (t) => {
  const { workers: [first], messages } = join(1, { echo: () => ({ call: (value) => value }) })
  t.same(await Promise.all([1, 2, 3].map((n) => first.call('echo', n))), [1, 2, 3])
  t.same(messages.map(({ length }) => length), [3, 3])
})

t.test('services: broadcast to every worker, hear who is gone, and are closed', async (t) => {
  const events: unknown[] = []
  let tell: PrimaryContext['broadcast'] = () => {}
  const { primary, workers: [first, second] } = join(2, {
    news: ({ broadcast }) => {
      tell = broadcast
      return { call: () => null, gone: (worker) => { events.push(worker) }, close: () => { events.push('closed') } }
    }
  })
  const heard = Promise.all([first, second].map((worker) => new Promise((resolve) => worker.subscribe('news', (value, from) => { resolve([value, from]) }))))
  tell('news', 'x')
  t.same(await heard, [['x', 0], ['x', 0]])
  primary.remove(2)
  await primary.close()
  t.same(events, [2, 'closed'])
  t.throws(() => createSwitchboard([1, 2].map((n) => ({ namespace: `${n}`, schemas: {}, services: { same: () => ({ call: () => n }) } })), context), { code: 'FG_ERR_WORKERS_SERVICE_TWICE' })
})

t.test('call: a service that never answers is given up in time', async (t) => {
  const { workers: [first] } = join(1, { hangs: () => ({ call: () => new Promise(() => {}) }) })
  const alive = setInterval(() => {}, 1000)
  t.teardown(() => { clearInterval(alive) })
  await t.rejects(first.call('hangs', null, 1), { code: 'FG_ERR_WORKERS_NO_ANSWER', message: /"hangs".*1 ms/ })
})

t.test('foreign services, listeners and values end nothing', async (t) => {
  const logged: unknown[] = []
  const log = { error: (_: unknown, message: string) => { logged.push(message) } } as unknown as PrimaryContext['log']
  const circle: { a?: unknown } = {}
  circle.a = circle
  const parts: Record<string, () => unknown> = {
    nulls: () => { throw null }, // eslint-disable-line no-throw-literal
    rejects: () => Promise.reject(null), // eslint-disable-line prefer-promise-reject-errors
    circle: () => circle,
    later: async () => 1n,
    thenable: () => ({ then () { throw new Error('then') } })
  }
  const services = Object.fromEntries(Object.entries(parts).map(([topic, call]) => [topic, () => ({ call, gone () { throw new Error('gone') }, close () { throw new Error('close') } })]))
  const features: Feature[] = Object.entries(services).map(([topic, create]) => ({ namespace: topic, schemas: {}, services: { [topic]: create } }))
  const primary = createSwitchboard(features, { log } as PrimaryContext)
  const heard: string[] = []
  const bus: WorkerBus = createWorkerBus({ id: 1, count: 1, send: (frames) => { primary.receive(1, JSON.parse(JSON.stringify(frames))) }, onError: (topic, error) => { heard.push(`${topic}: ${error.message}`) } })
  primary.add(1, (frames) => { bus.receive(JSON.parse(JSON.stringify(frames))) })
  for (const topic of Object.keys(parts)) await t.rejects(bus.call(topic), { code: 'FG_ERR_WORKERS_SERVICE' }, topic)
  await t.rejects(bus.call('nulls', circle), { code: 'FG_ERR_WORKERS_SERVICE', message: /cannot be sent/ })
  bus.subscribe('news', () => { throw new Error('listener') })
  bus.receive([['broadcast', 'news', 1, 0]])
  bus.broadcast('news', circle)
  await new Promise(setImmediate)
  t.match(heard, [/^news: listener/, /^news: .*circular/])
  primary.remove(1)
  await primary.close()
  t.equal(logged.length, 2 * Object.keys(parts).length)
  for (const create of [() => null, () => ({}), () => { throw null }]) { // eslint-disable-line no-throw-literal
    t.throws(() => createSwitchboard([{ namespace: 'a', schemas: {}, services: { a: create as unknown as CreateService } }], { log } as PrimaryContext), { code: 'FG_ERR_WORKERS_SERVICE' })
  }
})

t.test('outbox: what is offered is dropped where messages wait, and a primary that takes none is not asked any more', async (t) => {
  const sent: FrameToPrimary[][] = []
  let take = (): void => {}
  const taken = new Promise<void>((resolve) => { take = resolve })
  const bus = createWorkerBus({ id: 1, count: 2, send (frames) { sent.push(frames); return taken } })
  const turn = () => new Promise(setImmediate)
  for (let i = 0; i < 20; i++) {
    bus.offer('a', i)
    await turn()
  }
  t.equal(sent.length, 16)
  bus.broadcast('a', 'this is not')
  await turn()
  t.equal(sent.length, 17)
  while (sent.length < 10_000) {
    bus.broadcast('a', 1)
    await turn()
  }
  await t.rejects(bus.call('a', 1), { code: 'FG_ERR_WORKERS_NO_ANSWER' })
  take()
  await turn()
  bus.offer('a', 'again')
  bus.call('a', 1).catch(() => {})
  await turn()
  t.match(sent.at(-1), [['offer', 'a', 'again', 1], ['call']])
})

t.test('offer: reaches other workers, except one that does not take its messages', async (t) => {
  const primary = createSwitchboard([], context)
  const heard: Record<number, unknown[]> = { 2: [], 3: [] }
  primary.add(2, (frames) => { heard[2]!.push(...frames.map((frame) => frame[2])) })
  primary.add(3, (frames) => { heard[3]!.push(...frames.map((frame) => frame[2])); return new Promise(() => {}) })
  for (let i = 0; i < 20; i++) {
    primary.receive(1, [['offer', 'a', i, 1]])
    await new Promise(setImmediate)
  }
  primary.receive(1, [['broadcast', 'a', 'all', 1]])
  await new Promise(setImmediate)
  t.equal(heard[2]!.length, 21)
  t.same(heard[3], [...heard[2]!.slice(0, 16), 'all'])
})
