import { createSwitchboard, createWorkerBus, type FeatureContext, type FrameToPrimary, type FrameToWorker, type PrimaryContext, type WorkerBus } from '@floodgate/core'
import { features } from '@floodgate/traffic'
import t, { type Test } from 'tap'
import { createLimits } from '../../src/ratelimit/limits.ts'
import type { LimitSettings } from '../../src/ratelimit/settings.ts'
import { createBucketService } from '../../src/workers/bucket-service.ts'
import { createKeep } from '../support/create-keep.ts'

const topic = 'qos/ratelimit/router'

/** Joins two workers to a primary within this process; `calls` tells how often the primary was asked. */
function join (t: Test) {
  const carry = <Frame>(frames: Frame[]): Frame[] => JSON.parse(JSON.stringify(frames))
  const primary = createSwitchboard(features.filter(({ namespace }) => namespace === topic), {} as PrimaryContext)
  t.teardown(() => primary.close())
  const world = { calls: 0, create }
  function create (id: number, settings: LimitSettings) {
    const bus: WorkerBus = createWorkerBus({ id, count: 2, send: (frames: FrameToPrimary[]) => { world.calls += frames.length; primary.receive(id, carry(frames)) } })
    primary.add(id, (frames: FrameToWorker[]) => { bus.receive(carry(frames)) })
    const limits = createLimits(settings, topic, ['endpoints', 0], { workers: bus, model: { extra: {}, endpoints: [] }, keep: createKeep() } as unknown as FeatureContext)
    return async (times: number, key = '') => {
      const taken = await Promise.all(Array.from({ length: times }, () => limits[0]!.limiter.take(key)))
      return taken.filter((taken) => taken).length
    }
  }
  return world
}

t.test('createWorkerLimiter: workers share one bucket', async (t) => {
  const { create } = join(t)
  const settings = { max_rate: 10, capacity: 10, every: '1h' }
  const [one, two] = [create(1, settings), create(2, settings)]
  const [first, second] = await Promise.all([one(20), two(20)])
  t.equal(first + second, 10)
  t.equal(await create(1, settings)(5), 0, 'which a replacement finds as it was')
})

t.test('createWorkerLimiter: each client has its own', async (t) => {
  const { create } = join(t)
  const settings = { client_max_rate: 2, client_capacity: 2, every: '1h', strategy: 'header', key: 'x' }
  const [one, two] = [create(1, settings), create(2, settings)]
  const long = 'k'.repeat(200)
  t.same([await one(1, 'a'), await two(5, 'a'), await one(1, 'a'), await one(3, 'b'), await one(1, long), await two(9, long)], [1, 1, 0, 2, 1, 1])
})

t.test('createWorkerLimiter: does not ask for what is known to be empty', async (t) => {
  const world = join(t)
  const one = world.create(1, { max_rate: 1, capacity: 1, every: '1h' })
  t.same([await one(1), await one(1)], [1, 0])
  const { calls } = world
  t.equal(await one(1000), 0)
  t.equal(world.calls, calls)
})

t.test('createWorkerLimiter: gives what comes in, and no more', async (t) => {
  const { create } = join(t)
  const settings = { max_rate: 200, capacity: 1 }
  const workers = [create(1, settings), create(2, settings)]
  const began = performance.now()
  let taken = 0
  for (let turn = 0; taken < 100; turn++) taken += await workers[turn % 2]!(1)
  // 1 at first, 1 every 5 ms, and the 1 that a bucket found full gives beside.
  t.ok(performance.now() - began >= 97 * 5, 'not sooner')
})

t.test('createBucketService: limits of 200 reloads, and of workers that died, do not stay', async (t) => {
  const service = createBucketService({} as PrimaryContext)
  const names = Array.from({ length: 200 }, (_, round) => `round ${round}`)
  for (const [round, name] of names.entries()) {
    for (const worker of [1, 2]) service.call(['limit', name, { interval: 1e9, capacity: 1 }, { idle: 1e4, cleanup: 1e4 }], worker)
    t.same([service.call(['take', name, ''], 1), service.call(['take', name, ''], 2)].map((wait) => wait === 0), [true, false])
    // A worker that dies gives nothing back; its replacement does not have what was removed meanwhile.
    if (round % 2 === 0) service.gone!(1)
    else service.call(['end', name], 1)
    service.call(['end', name], 2)
  }
  for (const name of names) t.throws(() => service.call(['take', name, ''], 1), name)
  await service.close!()
})
