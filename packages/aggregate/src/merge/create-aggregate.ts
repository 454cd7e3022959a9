import type { Endpoint, Step } from '@floodgate/core'
import { noBackend } from '../errors.ts'
import type { EndpointProxySettings } from '../settings.ts'
import { createMerge } from './create-merge.ts'
import { createSequential } from './create-sequential.ts'

/**
 * Creates the step of all backends whose answers count: the only one's own, a sequence (`proxy.sequential`), or a merge.
 *
 * @param steps of the endpoint's backends that are no shadows, in the order of the configuration
 * @param bare nobody will copy a merged answer with `{ ...response }`: saves time; default false
 * @throws {FG_ERR_AGGREGATE_NO_BACKEND} no steps
 */
export function createAggregate (endpoint: Pick<Endpoint, 'timeout' | 'backends' | 'extra'>, steps: readonly Step[], { bare = false } = {}): Step {
  if (steps.length === 0) throw noBackend()
  const { sequential = false } = (endpoint.extra.proxy ?? {}) as EndpointProxySettings
  return sequential ? createSequential(endpoint, steps, bare) : createMerge(endpoint, steps, bare)
}
