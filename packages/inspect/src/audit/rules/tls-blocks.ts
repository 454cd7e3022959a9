import { originOf } from '@floodgate/config-loader'
import type { Backend, Endpoint, Place } from '@floodgate/core'
import type { TlsSettings } from '@floodgate/settings'
import { clientPlace } from '../../explain/client-place.ts'
import type { Subject } from '../rule.ts'

/** A `client_tls` of the configuration. */
export interface TlsBlock {
  readonly tls: TlsSettings
  readonly place: Place
  readonly backends: readonly { readonly endpoint: Endpoint, readonly backend: Backend }[]
}

/** Lists each `client_tls` once, the global one first, with the backends it applies to. */
export function tlsBlocks ({ loaded, model, backends }: Subject): TlsBlock[] {
  const own = backends.flatMap(({ endpoint, backend }): TlsBlock[] => {
    const place = [...clientPlace(backend.place), 'client_tls']
    return backend.client.tls !== null && originOf(loaded, place) !== null
      ? [{ tls: backend.client.tls, place, backends: [{ endpoint, backend }] }]
      : []
  })
  const { tls } = model.client
  if (tls === null) return own
  const apart = new Set(own.flatMap((block) => block.backends.map(({ backend }) => backend)))
  return [{ tls, place: ['client_tls'], backends: backends.filter(({ backend }) => !apart.has(backend)) }, ...own]
}
