import { monotonicNow, type CreateService, type MetricLabels } from '@floodgate/core'
import { countChanges, reportOpenSince } from '../breaker/breaker-metrics.ts'
import { changeLine } from '../breaker/change-line.ts'
import type { Claim, ClaimAnswer, Report, Reports, Snapshot } from './breaker-messages.ts'
import { Holdings } from './holdings.ts'
import { MachineBreaker } from './machine-breaker.ts'

/**
 * Creates the service that keeps the breakers of all workers in the primary: it orders what workers report, and tells all
 * of them what has changed, once per turn of the event loop.
 *
 * @param topic where workers call it and listen
 * @param clock time in ms; default: the machine's monotonic clock
 */
export const createBreakerService = (topic: string, clock = monotonicNow): CreateService => ({ log, broadcast, metrics }) => {
  const byId = new Map<number, MachineBreaker>()
  const counted = new Map<MachineBreaker, MetricLabels>()
  const held = new Holdings<MachineBreaker>({
    onEnd (breaker) {
      byId.delete(breaker.snapshot[0])
      counted.delete(breaker)
    }
  })
  if (metrics != null) reportOpenSince(() => Array.from(counted, ([{ openSince }, labels]) => ({ labels, openSince })), metrics)
  let changed = new Set<MachineBreaker>()
  let last = 0

  function hold ([, name, rule]: Extract<Report, readonly ['hold', ...unknown[]]>, worker: number): MachineBreaker {
    return held.hold(name, worker, () => {
      const counters = rule.labels === undefined || metrics == null ? null : countChanges(rule.labels, metrics)
      const breaker = new MachineBreaker({
        id: ++last,
        rule,
        clock,
        onChange (from, to) {
          counters?.[to].add()
          if (rule.logs) log.warn(changeLine(rule.name, from, to))
        }
      })
      byId.set(last, breaker)
      if (rule.labels !== undefined) counted.set(breaker, rule.labels)
      return breaker
    })
  }

  /** Changes a breaker, and makes sure that the workers learn what changes their decisions. */
  function alter (breaker: MachineBreaker, act: () => void): Snapshot {
    const before = breaker.snapshot
    act()
    const after = breaker.snapshot
    if (isNews(before, after)) {
      if (changed.size === 0) setImmediate(tell)
      changed.add(breaker)
    }
    return after
  }

  function tell (): void {
    const told = [...changed].filter(({ snapshot: [id] }) => byId.has(id))
    changed = new Set()
    if (told.length > 0) broadcast(topic, told.map(({ snapshot }) => snapshot))
  }

  function take (report: Report, worker: number): Snapshot | null {
    if (report[0] === 'hold') return hold(report, worker).snapshot
    if (report[0] === 'release') {
      const breaker = held.release(report[1], worker)
      if (breaker !== undefined) alter(breaker, () => { breaker.left(worker) })
      return null
    }
    const breaker = byId.get(report[1])
    if (breaker === undefined) return null
    return alter(breaker, () => {
      if (report[0] === 'settle') breaker.settle(worker, report[2])
      else breaker.count(report[2], report[3], report[4], report[5])
    })
  }

  function claim (id: number, worker: number): ClaimAnswer {
    const breaker = byId.get(id)
    if (breaker === undefined) return null
    let granted = false
    const snapshot = alter(breaker, () => { granted = breaker.claim(worker) })
    return [granted, snapshot]
  }

  return {
    call (message: Reports | Claim, from) {
      return message[0] === 'claim' ? claim(message[1], from) : message[1].map((report) => take(report, from))
    },
    gone (worker) {
      for (const breaker of byId.values()) alter(breaker, () => { breaker.left(worker) })
      held.gone(worker)
    },
    close () { held.close() }
  }
}

/** Whether other workers decide otherwise now: not with each failure of a row, only with the first. */
function isNews (before: Snapshot, after: Snapshot): boolean {
  return before[1] !== after[1] || (before[3] > 0) !== (after[3] > 0) || before[4] !== after[4] || before[5] !== after[5]
}
