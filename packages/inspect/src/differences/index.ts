import type { LoadedConfig } from '@floodgate/config-loader'
import type { Place } from '@floodgate/core'
import type { Difference } from './difference.ts'
import { differences } from './list.ts'

/** A difference that can be seen in a configuration, and where. */
export interface SeenDifference extends Pick<Difference, 'id' | 'text' | 'keys'> {
  /** Places of endpoints and backends; empty = the whole service. */
  readonly places: readonly Place[]
}

/** Lists the deliberate differences that can be seen in a configuration. */
export function findDifferences (loaded: Pick<LoadedConfig, 'model'>, env: NodeJS.ProcessEnv = process.env): SeenDifference[] {
  const { model } = loaded
  return differences.flatMap(({ id, text, keys, service, endpoint: ofEndpoint, backend: ofBackend }) => {
    const places = model.endpoints.flatMap((endpoint) => ofEndpoint?.(endpoint, model) === true
      ? [endpoint.place]
      : endpoint.backends.filter(
        (backend) => ofBackend?.({ loaded, endpoint, backend, shared: [], env }) === true
      ).map(({ place }) => place))
    return places.length > 0 || service?.(model) === true ? [{ id, text, keys, places }] : []
  })
}

export { differences }
export type { Difference } from './difference.ts'
