import type { Endpoint, Step } from '@floodgate/core'
import { noBackend } from '../errors.ts'
import type { EndpointProxySettings } from '../settings.ts'
import { createChoice, createFallback } from './create-fallback.ts'
import { createMerge } from './create-merge.ts'
import { createSequential } from './create-sequential.ts'

/**
 * Creates the step of all backends whose answers count: the only one's own, a sequence (`proxy.sequential`), a list of
 * priorities (`proxy.strategy: fallback`), the one whose condition holds (`no-op`), or a merge.
 *
 * @param steps of the endpoint's backends without shadows, in the order of the configuration
 * @param bare merged responses are not copied with `{ ...response }`, which saves time; default false
 * @throws {FG_ERR_AGGREGATE_NO_BACKEND} no steps
 */
export function createAggregate (
  endpoint: Pick<Endpoint, 'timeout' | 'backends' | 'extra' | 'outputEncoding'>,
  steps: readonly Step[],
  { bare = false } = {}
): Step {
  if (steps.length === 0) throw noBackend()
  const { strategy } = (endpoint.extra.proxy ?? {}) as EndpointProxySettings
  if (strategy === 'fallback') return createFallback(endpoint, steps)
  // The loader sees to it that at most one of their conditions can be missing.
  if (endpoint.outputEncoding === 'no-op') return createChoice(steps)
  return isSequential(endpoint) ? createSequential(endpoint, steps, bare) : createMerge(endpoint, steps, bare)
}

/**
 * Whether backends are asked one after the other, each with parameters of the answers before: the old key, or the one
 * of version 4.
 */
export function isSequential ({ extra }: Pick<Endpoint, 'extra'>): boolean {
  const { sequential = false, strategy } = (extra.proxy ?? {}) as EndpointProxySettings
  return strategy === undefined ? sequential : strategy === 'sequential'
}
