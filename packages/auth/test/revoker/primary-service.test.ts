import t from 'tap'
import { createSwitchboard, createWorkerBus, monotonicNow, type FrameToPrimary, type FrameToWorker, type PrimaryContext } from '@floodgate/core'
import { revokerFeature } from '@floodgate/auth'
import { followPrimary } from '../../src/revoker/follow-primary.ts'

/** A primary, and workers that join it within this process; `hold` keeps back what a worker is told. */
function start () {
  const model = { extra: { 'auth/revoker': { TTL: 3600, N: 3, port: 0, token_keys: ['jti'] } }, endpoints: [] }
  const primary = createSwitchboard([revokerFeature], { model } as unknown as PrimaryContext)
  return {
    primary,
    join (id: number) {
      let held: FrameToWorker[][] | null = null
      const bus = createWorkerBus({ id, count: 3, send: (frames: FrameToPrimary[]) => { primary.receive(id, frames) } })
      primary.add(id, (frames) => { held === null ? bus.receive(frames) : held.push(frames) })
      return {
        bus,
        hold () { held = [] },
        release () {
          const frames = held ?? []
          held = null
          frames.forEach((frames) => { bus.receive(frames) })
        }
      }
    }
  }
}

const turn = () => new Promise((resolve) => { setImmediate(resolve) })
const now = monotonicNow()

t.test('followPrimary: every worker has what one revokes, and one that comes later too', async (t) => {
  const { join } = start()
  const [first, second] = await Promise.all([followPrimary(join(1).bus), followPrimary(join(2).bus)])
  t.equal(await first.add(['jti-a', 'jti-b'], now), true)
  const third = await followPrimary(join(3).bus)
  for (const list of [first, second, third]) t.same([list.size, list.has('jti-a', now), list.has('jti-b', now), list.has('jti-c', now), list.has('jti-a', now + 3_700_000)], [2, true, true, false, false])
  t.equal(await third.add(['jti-c', 'jti-d'], now), false, 'there is room for one')
  t.equal(await second.remove('jti-a'), true)
  t.equal(await second.remove('jti-a'), false)
  for (const list of [first, second, third]) t.same([list.size, list.has('jti-a', now)], [1, false])
  third.stop()
  await first.add(['jti-e'], now)
  t.same([second.has('jti-e', now), third.has('jti-e', now)], [true, false])
})

t.test('createRevokerService: answers when all workers have it, and does not wait for one that is gone', async (t) => {
  const { primary, join } = start()
  const [one, slow] = [join(1), join(2)]
  const [first, second] = await Promise.all([followPrimary(one.bus), followPrimary(slow.bus)])
  slow.hold()
  let answered = false
  const asked = Promise.resolve(first.add(['jti-a'], now)).then((added) => { answered = added })
  for (let i = 0; i < 10; i++) await turn()
  t.notOk(answered)
  t.ok(first.has('jti-a', now), 'in force where it can be')
  slow.release()
  await asked
  t.ok(second.has('jti-a', now))

  slow.hold()
  const removed = first.remove('jti-a')
  await turn()
  primary.remove(2)
  t.equal(await removed, true)
})

t.test('createRevokerService: a list that is asked for while it changes is whole', async (t) => {
  const { join } = start()
  const first = await followPrimary(join(1).bus)
  const [, second] = await Promise.all([first.add(['jti-a'], now), followPrimary(join(2).bus), first.add(['jti-b'], now), first.remove('jti-a')])
  t.same([second.has('jti-a', now), second.has('jti-b', now)], [false, true])
})
