import type { Backend, Method, Place } from '@floodgate/core'
import { type BackendKeys, type ClientSettings, describeValue } from '@floodgate/settings'
import { readExtraConfig } from '../namespaces/extra-config.ts'
import { readHosts } from './hosts/read-hosts.ts'
import { readWeights } from './hosts/read-weights.ts'
import { checkHostSettings } from './hosts/check-host-settings.ts'
import { clientNamespace } from '../namespaces/namespaces.ts'
import type { EndpointContext } from './endpoint-context.ts'

/** Values that a backend inherits from its endpoint and service. */
export interface BackendContext extends EndpointContext {
  readonly endpointMethod: string
  /** Whether the endpoint passes the response on unchanged: then its backend does too, regardless of its encoding. */
  readonly noOp: boolean
}

/** Ways to find the hosts of a backend. */
export const discoveries = ['static', 'dns', 'dns-a'] as const

/** Encodings of backends that are decoded. */
export const encodings = ['json', 'safejson', 'xml', 'rss', 'string', 'yaml', 'no-op']

/** Encodings of the Enterprise Edition that are equivalent to another one. */
const aliases: Readonly<Record<string, string>> = { 'fast-json': 'json' }

/** Normalises a backend. */
export function normaliseBackend (keys: BackendKeys, index: number, place: Place, context: BackendContext): Backend {
  const { report } = context
  const named = keys.sd?.toLowerCase()
  const sd = discoveries.find((one) => one === named) ?? 'static'
  if (keys.sd && named !== sd) {
    report(
      {
        severity: 'warning',
        code: 'unknown-sd',
        place: [...place, 'sd'],
        value: keys.sd,
        message: `unknown service discovery ${describeValue(place, keys.sd)}: hosts are used unchanged`,
        nearest: { word: keys.sd, among: discoveries }
      }
    )
  }
  const { [clientNamespace]: clientKeys, ...extra } = readExtraConfig(
    keys.extra_config,
    'backend',
    [...place, 'extra_config'],
    context.namespaces,
    report
  )
  const encoding = readEncoding(keys, place, context)
  const client = context.client(clientKeys, [...place, 'extra_config', clientNamespace])
  if (!client.followRedirects && encoding !== 'no-op') {
    report(
      {
        severity: 'warning',
        code: 'redirect-not-passed',
        place: [...place, 'extra_config', clientNamespace, 'no_redirect'],
        at: 'key',
        message: `a redirect is not passed on to the client with the encoding ${encoding}: it counts as a failure of the backend`,
        instead: 'set "encoding" and the endpoint\'s "output_encoding" to "no-op"'
      }
    )
  }
  for (const key of ['input_headers', 'input_query_strings'] as const) {
    if (keys[key]?.includes('*')) {
      report(
        {
          severity: 'warning',
          code: 'no-wildcard',
          place: [...place, key],
          value: keys[key],
          message: `"*" is an ordinary name in a backend's ${key}, as on KrakenD: nothing is passed on`,
          instead: `remove ${key} here to pass on everything that the endpoint accepts, or list names`
        }
      )
    }
  }
  const hosts = backendHosts(keys, sd, place, context)
  const method = readMethod(keys, place, context)
  checkHostSettings({ keys: clientKeys, client, hosts, sd, method }, [...place, 'extra_config', clientNamespace], report)
  const weights = readWeights({ keys: clientKeys, defaults: context.weights, hosts, sd }, [...place, 'extra_config', clientNamespace], report)
  warnOfPlainHosts(client, hosts, [...place, 'extra_config', clientNamespace, 'floodgate'], context)
  return {
    index,
    hosts,
    ...weights !== undefined && { weights },
    urlPattern: keys.url_pattern?.startsWith('/') ? keys.url_pattern : `/${keys.url_pattern ?? ''}`,
    method,
    encoding,
    group: keys.group ?? '',
    target: keys.target ?? '',
    allow: present(keys.allow),
    deny: present(keys.deny),
    mapping: keys.mapping ?? {},
    isCollection: keys.is_collection ?? false,
    inputHeaders: present(keys.input_headers).map((name) => name.toLowerCase()),
    inputQueryStrings: present(keys.input_query_strings),
    sd,
    sdScheme: keys.sd_scheme || 'http',
    client,
    extra,
    place
  }
}

/** TLS settings have no effect if no host uses https; with service discovery, hosts are known later. */
function warnOfPlainHosts ({ own }: ClientSettings, hosts: readonly string[], place: Place, { report }: BackendContext): void {
  if (own === undefined || hosts.length === 0 || !hosts.every((host) => host.startsWith('http://'))) return
  for (const [key, value] of [['servername', own.servername], ['pins', own.pins], ['http2', own.http2]] as const) {
    if (value !== undefined) {
      report(
        {
          severity: 'warning',
          code: 'no-effect',
          place: [...place, key],
          at: 'key',
          message: `has no effect on ${hosts.join(', ')}, because it only applies to https`,
          instead: 'write the hosts with https://, or remove it'
        }
      )
    }
  }
}

function backendHosts (keys: BackendKeys, sd: Backend['sd'], place: Place, { hosts, report }: BackendContext): readonly string[] {
  if (keys.host !== undefined && keys.host.length > 0) {
    return readHosts(keys.host, [...place, 'host'], { raw: keys.disable_host_sanitize ?? false, sd }, report)
  }
  if (hosts.length === 0) {
    report(
      {
        severity: 'warning',
        code: 'no-host',
        place,
        message: 'neither this backend nor the service has a host: every request fails',
        instead: 'add "host": ["http://name:port"]'
      }
    )
  }
  return hosts
}

function readEncoding (keys: BackendKeys, place: Place, { noOp, report }: BackendContext): string {
  const encoding = keys.encoding?.toLowerCase() || 'json'
  const known = aliases[encoding] ?? encoding
  if (noOp) return 'no-op'
  if (encodings.includes(known)) return known
  report(
    {
      severity: 'warning',
      code: 'unknown-encoding',
      place: [...place, 'encoding'],
      value: keys.encoding,
      message: `unknown encoding ${describeValue(place, keys.encoding)}: the response is decoded as JSON`,
      nearest: { word: encoding, among: encodings }
    }
  )
  return 'json'
}

function readMethod (keys: BackendKeys, place: Place, { endpointMethod, report }: BackendContext): Method {
  const method = (keys.method || endpointMethod).toUpperCase()
  if (keys.method && !/^[!#$%&'*+.^_`|~\w-]+$/.test(method)) {
    report(
      {
        severity: 'error',
        code: 'invalid-method',
        place: [...place, 'method'],
        value: keys.method,
        message: `${describeValue(place, keys.method)} is not a supported HTTP method`,
        instead: 'use GET, POST, PUT, PATCH, DELETE, HEAD or OPTIONS'
      }
    )
  }
  return method as Method
}

function present (items: readonly (string | undefined)[] | undefined): string[] {
  return (items ?? []).filter((item) => item !== undefined)
}
