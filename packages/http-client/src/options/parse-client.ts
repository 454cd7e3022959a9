import { HttpClientOptions } from './options.ts'
import type { HostSettings } from './parse-hosts.ts'
import { readOwnOptions } from './parse-own.ts'
import {
  below, type ClientSettings, collectProblems, type SettingProblem, type TlsSettings, type TransportSettings
} from '@floodgate/settings'
import { readOwnTransport } from './parse-times.ts'
import { takeOptions, type Fitting } from './take-options.ts'
import { readClientTls } from './parse-tls.ts'
import { parseProxyAddress } from '../dial/proxy-address.ts'

export interface ParsedHttpClientOptions {
  /** The effective settings of the backend; defaults stand where something is wrong. */
  readonly settings: ClientSettings
  readonly problems: readonly SettingProblem[]
  readonly warnings: readonly SettingProblem[]
}

/** What a backend inherits. */
export interface InheritedSettings {
  readonly globalTls: TlsSettings | null
  readonly transport: TransportSettings
  /** What the root says about hosts that fail; absent = nothing. */
  readonly hosts?: HostSettings
}

// client_tls is checked on its own: here it only has to be there.
const shape = { ...HttpClientOptions, properties: { ...HttpClientOptions.properties, client_tls: {} } }

/**
 * Reads a backend's `backend/http/client`, and the files it names. Its `client_tls` replaces the whole one of the
 * root. Tells all problems at once; never throws.
 *
 * @param raw undefined = the namespace is absent
 */
export function parseHttpClientOptions (raw: unknown, { globalTls, transport, hosts = {} }: InheritedSettings): ParsedHttpClientOptions {
  const problems: SettingProblem[] = []
  const warnings: SettingProblem[] = []
  const note = collectProblems(problems)
  const warn = collectProblems(warnings)
  const options = raw === undefined ? {} : takeOptions(shape, raw, ['extra_config', 'backend/http/client'], note) as Taken
  const at = (key: string) => [below(note, [key]), below(warn, [key])] as const
  const client = {
    tls: 'client_tls' in options ? readClientTls(options.client_tls, ...at('client_tls')) : globalTls,
    followRedirects: !(options.no_redirect ?? false),
    sendBodyOnRedirect: options.send_body_on_redirect ?? false,
    proxy: options.proxy_address ? parseProxyAddress(options.proxy_address, ...at('proxy_address')) : null,
    transport: readOwnTransport(options.floodgate ?? {}, transport, at('floodgate')[0])
  }
  const own = readOwnOptions(options.floodgate ?? {}, client, ...at('floodgate'), hosts)
  const settings: ClientSettings = own === undefined ? client : { ...client, own }
  return { settings, problems, warnings }
}

type Taken = Fitting<HttpClientOptions>
