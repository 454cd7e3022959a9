import type { LoadedConfig } from '@floodgate/config-loader'
import type { Endpoint } from '@floodgate/core'
import { probeOrigin, unattempted, type Probe, type StepName } from '@floodgate/http-client'
import { findExpiring, type ExpiryWarning } from './expiry.ts'
import { findPlaces, type BackendPlaces, type ConcernedSetting } from './setting-places.ts'
import { listTargets, type Target } from './targets.ts'

/** The result of reaching one origin with one set of settings. Contains no secrets. */
export interface ProbedTarget extends Probe {
  /** One of the addresses of the origin's name (`sd: dns-a`), which it was reached at; null = what the name leads to. */
  readonly at: string | null
  /** The backends reached this way: `GET /path #0`. */
  readonly backends: readonly string[]
  /** The settings that the verdict is about, of the first of those backends. */
  readonly settings: readonly ConcernedSetting[]
  /** Certificates that expire soon. */
  readonly expiring: readonly ExpiryWarning[]
}

/** Progress of a probe; the `total` targets are numbered from 0. */
export type Progress =
  | { readonly kind: 'begin', readonly index: number, readonly total: number, readonly origin: string }
  | { readonly kind: 'step', readonly index: number, readonly total: number, readonly origin: string, readonly step: StepName }
  | { readonly kind: 'end', readonly index: number, readonly total: number, readonly origin: string, readonly result: ProbedTarget }

export interface ProbeOptions {
  /** Endpoints whose backends are probed. Default: all. */
  readonly endpoints?: readonly Endpoint[]
  /** Timeout in ms for reaching one backend, and again for finding out why it failed. Default 10,000. */
  readonly timeout?: number
  /** Number of backends that are probed concurrently. Default 8. */
  readonly concurrency?: number
  /** Reports certificates that expire within this number of days. Default 30. */
  readonly warnExpiry?: number
  readonly onProgress?: (progress: Progress) => void
  /** Environment with proxies and the system's authorities. Default `process.env`. */
  readonly env?: NodeJS.ProcessEnv
  /** Default: now. */
  readonly now?: Date
}

/**
 * Connects to every backend with its own settings and proxy, without sending it a request. Equal settings and origins
 * are probed once. Resolves to one result for each, in the order of the configuration; a backend that cannot be reached
 * has a `verdict`: what is wrong, where that is configured, and what to do.
 */
export async function probe (
  loaded: LoadedConfig,
  { endpoints, concurrency = 8, onProgress = () => {}, ...options }: ProbeOptions = {}
): Promise<ProbedTarget[]> {
  const targets = await listTargets(loaded, { endpoints, timeout: options.timeout, env: options.env })
  const total = targets.length
  const results: ProbedTarget[] = []
  const queue = targets.entries()
  async function work (): Promise<void> {
    for (const [index, target] of queue) {
      const where = { index, total, origin: target.origin }
      onProgress({ kind: 'begin', ...where })
      const result = await probeTarget(loaded, target, options, (step) => { onProgress({ kind: 'step', ...where, step }) })
      results[index] = result
      onProgress({ kind: 'end', ...where, result })
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, Math.min(concurrency, total)) }, work))
  return results
}

async function probeTarget (
  loaded: LoadedConfig,
  target: Target,
  { timeout, env, warnExpiry = 30, now = new Date() }: Pick<ProbeOptions, 'timeout' | 'env' | 'warnExpiry' | 'now'>,
  onStep: (step: StepName) => void
): Promise<ProbedTarget> {
  const { backend, host, origin, address, names, lookupError } = target
  const places = findPlaces(loaded, backend, host)
  const found = lookupError === null
    ? await probeOrigin(
      backend.client,
      origin,
      { places, onStep, address, ...timeout !== undefined && { timeout }, ...env !== undefined && { env } }
    )
    : describeLookup(target, lookupError, places)
  return {
    ...found,
    at: address,
    backends: names,
    settings: found.verdict?.settings.map((name) => places.describe(name)) ?? [],
    expiring: findExpiring(found, warnExpiry, now)
  }
}

/** The name of a service cannot be resolved: there is no origin to reach. */
function describeLookup ({ origin, host, backend }: Target, cause: string, places: BackendPlaces): Probe {
  const place = places.find('host')
  const problem = `there are no ${backend.sd === 'dns' ? 'SRV records' : 'addresses'} for ${host} (${cause})`
  const cure = `correct the name in host${place === null ? '' : ` (${place})`}, or add its records to the DNS of this machine`
  return unattempted(
    origin,
    null,
    { fault: 'dns', stage: 'dns', code: null, cause, problem, cure, sentence: `${problem}: ${cure}`, settings: ['host'] }
  )
}

export type { ConcernedSetting } from './setting-places.ts'
export type { ExpiryWarning } from './expiry.ts'
