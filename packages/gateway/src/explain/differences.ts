import { originOf, type LoadedConfig } from '@floodgate/config-loader'
import type { Backend, Endpoint } from '@floodgate/core'
import { passesAll, passesHeader } from '../passed-headers.ts'
import { clientPlace } from './client-place.ts'

/** A point where a backend is served otherwise than by KrakenD, on purpose. */
export interface Difference {
  readonly id: string
  readonly text: string
}

interface Subject {
  readonly loaded: Pick<LoadedConfig, 'model'>
  readonly endpoint: Endpoint
  readonly backend: Backend
  /** Names of other backends that share the client. */
  readonly shared: readonly string[]
  readonly env: NodeJS.ProcessEnv
}

/** Lists the deliberate differences that can be seen at this backend. */
export function explainDifferences (subject: Subject): Difference[] {
  return differences.filter(({ applies }) => applies(subject)).map(({ id, text }) => ({ id, text }))
}

const differences: readonly (Difference & { applies: (subject: Subject) => boolean })[] = [
  {
    id: 'shared-connections',
    text: 'backends with equal settings share their connections; KrakenD keeps a pool for each backend with settings of its own',
    applies: ({ loaded, backend, shared }) => shared.length > 0 && originOf(loaded, clientPlace(backend.place)) !== null
  },
  {
    id: 'unusable-files',
    text: 'a certificate file that cannot be used stops the start; KrakenD goes on without it, with less trust or without client certificate',
    applies: ({ backend: { client: { tls } } }) => tls !== null && tls.caCerts.length + tls.clientCerts.length > 0
  },
  {
    id: 'proxy-address',
    text: 'a proxy_address without scheme or port stops the start; KrakenD then connects directly',
    applies: ({ backend }) => backend.client.proxy !== null
  },
  {
    id: 'connection-headers',
    text: 'Proxy-Authorization, TE and what Connection names stay at the gateway; KrakenD passes them on, and the client\'s Proxy-Authorization replaces the one of proxy_address',
    applies: ({ endpoint, backend }) => passesAll(endpoint, backend) || ['proxy-authorization', 'te'].some((name) => passesHeader(endpoint, backend, name))
  },
  {
    id: 'broken-bodies',
    text: 'a body that breaks off breaks the client\'s connection too; KrakenD ends one without length as if it were whole',
    applies: ({ backend }) => backend.encoding === 'no-op'
  },
  {
    id: 'extra-authorities',
    text: 'NODE_EXTRA_CA_CERTS adds to the system\'s authorities; KrakenD does not know it',
    applies: ({ backend: { client: { tls } }, env }) => Boolean(env['NODE_EXTRA_CA_CERTS']) && !tls?.disableSystemCaPool && !tls?.allowInsecureConnections
  },
  {
    id: 'encoded-query-params',
    text: 'a parameter of the path is encoded in the query of url_pattern; KrakenD inserts it as it is, so that "&" in it adds parameters',
    applies: ({ backend }) => /\?.*\{/.test(backend.urlPattern)
  },
  {
    id: 'merge-order',
    text: 'of two backends that answer the same key the later one in the configuration counts; on KrakenD the one that answers last',
    applies: ({ endpoint }) => endpoint.backends.length > 1
  }
]
