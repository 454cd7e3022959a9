import type { Host } from './host.ts'
import type { HostState } from './host-health.ts'

/** A host of a group, and what is known of it. */
export interface KnownHost {
  readonly host: Host
  readonly state: HostState
}

/** The hosts of a group that get requests, and those that await a trial. */
export interface UsableHosts {
  readonly hosts: readonly Host[]
  readonly trials: readonly KnownHost[]
  /** When that may change without a change of the health's version, by its clock. */
  readonly due: number
}

/**
 * Decides which hosts of a group get requests. Hosts that a health check or an operator took out get none; of the
 * ejected ones no more are out than the share allows, those ejected first; if all are out, all are used.
 *
 * @param maxPercent share of the hosts that may be ejected at a time
 */
export function findUsableHosts (known: readonly KnownHost[], maxPercent: number, now: number): UsableHosts {
  const states = [...new Set(known.map(({ state }) => state))]
  const refused = new Set(states.filter(({ unhealthy, withdrawn }) => unhealthy !== null || withdrawn !== null))
  const ejected = states.filter((state) => state.ejected !== null && !refused.has(state))
    .sort((a, b) => a.ejected!.since - b.ejected!.since)
  const share = Math.max(0, Math.floor(states.length * maxPercent / 100) - refused.size)
  const out = new Set([...refused, ...ejected.slice(0, share)])
  if (out.size === states.length) return { hosts: known.map(({ host }) => host), trials: [], due: Infinity }
  const hosts = known.filter(({ state }) => !out.has(state)).map(({ host }) => host)
  // Hosts without a weight get no requests, and no trial, while others do.
  const least = hosts.some(({ weight }) => weight > 0) ? 1 : 0
  return {
    hosts,
    trials: known.filter(({ host, state }) => {
      if (refused.has(state) || !out.has(state) || state.ejectedUntil > now || host.weight < least) return false
      // A host that is there twice has one trial.
      refused.add(state)
      return true
    }),
    due: Math.min(Infinity, ...ejected.filter(({ ejectedUntil }) => ejectedUntil > now).map(({ ejectedUntil }) => ejectedUntil))
  }
}
