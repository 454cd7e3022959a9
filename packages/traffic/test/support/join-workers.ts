import { createSwitchboard, createWorkerBus, type CreateService, type FrameToPrimary, type FrameToWorker, type PrimaryContext, type WorkerBus } from '@floodgate/core'
import type { Test } from 'tap'

/** A primary and its workers within this process; frames travel as JSON, as between processes. */
export interface JoinedWorkers {
  /** Messages that workers have sent. */
  readonly messages: FrameToPrimary[][]
  /** Lines that the primary has logged. */
  readonly lines: string[]
  /** Whether the primary hangs: what is sent to it waits. */
  hangs: boolean
  /** Starts a worker, or the replacement of one that died. */
  start (id: number): WorkerBus
  kill (id: number): void
  /** Resolves when nothing is on its way any more, unless the primary hangs. */
  quiet (): Promise<void>
}

/** Joins workers to a primary with these services. */
export function joinWorkers (t: Test, services: Record<string, CreateService>): JoinedWorkers {
  const carry = <Frame>(frames: Frame[]): Frame[] => JSON.parse(JSON.stringify(frames))
  const lines: string[] = []
  const log = { warn (line: string) { lines.push(line) }, error (_: unknown, line: string) { lines.push(line) } } as unknown as PrimaryContext['log']
  const primary = createSwitchboard([{ namespace: 'test', schemas: {}, services }], { log } as PrimaryContext)
  t.teardown(() => primary.close())
  let waiting: (() => void)[] = []
  let moved = 0
  const world: JoinedWorkers = {
    messages: [],
    lines,
    hangs: false,
    start (id) {
      const bus: WorkerBus = createWorkerBus({
        id,
        count: 2,
        send (frames) {
          moved++
          world.messages.push(carry(frames))
          waiting.push(() => { primary.receive(id, carry(frames)) })
          deliver()
        }
      })
      primary.add(id, (frames: FrameToWorker[]) => { moved++; bus.receive(carry(frames)) })
      return bus
    },
    kill (id) { primary.remove(id) },
    async quiet () {
      deliver()
      for (let still = 0, before = moved; still < 8; still++) {
        await new Promise(setImmediate)
        if (moved !== before) [still, before] = [0, moved]
      }
    }
  }
  return world

  function deliver (): void {
    if (world.hangs) return
    const now = waiting
    waiting = []
    for (const receive of now) receive()
  }
}
