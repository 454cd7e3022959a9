import { TransportOptions } from './options.ts'
import {
  below, collectProblems, type NoteProblem, type SettingProblem, type TlsSettings, type TransportSettings
} from '@floodgate/settings'
import { takeOptions, type Fitting } from './take-options.ts'
import { readClientTls } from './parse-tls.ts'

/** The transport of a configuration that says nothing about it. */
export const defaultTransport: TransportSettings = Object.freeze({
  dialerTimeout: 0,
  dialerKeepAlive: 0,
  dialerFallbackDelay: 0,
  disableKeepAlives: false,
  maxIdleConnections: 0,
  maxIdleConnectionsPerHost: 250,
  idleConnectionTimeout: 0,
  responseHeaderTimeout: 0,
  expectContinueTimeout: 0,
  disableCompression: false
})

export interface ParsedTransport {
  readonly transport: TransportSettings
  /**
   * For backends without a `client_tls` of their own: the root's, with root `allow_insecure_connections` put in; null
   * = neither is there.
   */
  readonly globalTls: TlsSettings | null
  readonly problems: readonly SettingProblem[]
  readonly warnings: readonly SettingProblem[]
}

// Other keys of the root are not this package's, and client_tls is checked on its own.
const shape = { ...TransportOptions, properties: { ...TransportOptions.properties, client_tls: {} } }

/**
 * Reads what the root of a configuration says for all backends' clients, files included. Times are milliseconds
 * already. Tells all problems at once; never throws.
 */
export function parseTransport (root: unknown): ParsedTransport {
  const problems: SettingProblem[] = []
  const warnings: SettingProblem[] = []
  const note = collectProblems(problems)
  const warn = collectProblems(warnings)
  const taken = takeOptions(shape, root, [], note) as Taken
  return { transport: readTransport(taken), globalTls: readGlobalTls(taken, note, warn), problems, warnings }
}

type Taken = Fitting<TransportOptions>

function readTransport (taken: Taken): TransportSettings {
  return {
    dialerTimeout: taken.dialer_timeout ?? 0,
    dialerKeepAlive: taken.dialer_keep_alive ?? 0,
    dialerFallbackDelay: taken.dialer_fallback_delay ?? 0,
    disableKeepAlives: taken.disable_keep_alives ?? false,
    maxIdleConnections: taken.max_idle_connections ?? 0,
    maxIdleConnectionsPerHost: taken.max_idle_connections_per_host || defaultTransport.maxIdleConnectionsPerHost,
    idleConnectionTimeout: taken.idle_connection_timeout ?? 0,
    responseHeaderTimeout: taken.response_header_timeout ?? 0,
    expectContinueTimeout: taken.expect_continue_timeout ?? 0,
    disableCompression: taken.disable_compression ?? false
  }
}

/** Root `allow_insecure_connections` is a `client_tls` by itself, TLS 1.3 minimum included (lura, NewTransport). */
function readGlobalTls (taken: Taken, note: NoteProblem, warn: NoteProblem): TlsSettings | null {
  const insecure = taken.allow_insecure_connections ?? false
  const present = 'client_tls' in taken
  if (!present && !insecure) return null
  const tls = readClientTls(present ? taken.client_tls : {}, below(note, ['client_tls']), below(warn, ['client_tls']))
  if (!insecure) return tls
  warn(
    ['allow_insecure_connections'],
    {
      code: 'insecure',
      value: true,
      message: 'certificates of upstreams are not verified, and TLS 1.3 is the minimum unless client_tls says otherwise',
      instead: 'list the authority of the upstreams in client_tls.ca_certs'
    }
  )
  return { ...tls, allowInsecureConnections: true }
}
