import { validateHeaderName } from 'node:http'
import type { OwnClientOptions, RedirectOptions } from './options.ts'
import { readCallTimeout } from './parse-times.ts'
import type { Fitting } from './take-options.ts'
import { isNoProxyEntry } from '../dial/environment-proxy.ts'
import { type HostSettings, readHostOptions } from './parse-hosts.ts'
import { parseHostPattern, readHost } from './host-pattern.ts'
import { below, type ClientSettings, type NoteProblem, type OwnClientSettings, type RedirectSettings } from '@floodgate/settings'
import { isOlder } from '@floodgate/tls'

type TakenOwnOptions = Fitting<OwnClientOptions>
type TakenRedirects = Fitting<RedirectOptions>
type Entries = readonly (string | undefined)[]
type OtherSettings = Omit<ClientSettings, 'own'>
type Refuse = (message: string, instead: string) => null

/**
 * Reads the `floodgate` of a `backend/http/client` whose shape is right, beside the other settings it stands with.
 * Lists lose their order and what stands in them twice: equal ones share a client.
 *
 * @param defaults of the root
 * @returns undefined = it asks for nothing
 */
export function readOwnOptions (
  options: TakenOwnOptions,
  client: OtherSettings,
  note: NoteProblem,
  warn: NoteProblem,
  defaults: HostSettings = {}
): OwnClientSettings | undefined {
  const own: OwnClientSettings = {
    ...options.redirects !== undefined && readRedirects(options.redirects, client, below(note, ['redirects']), below(warn, ['redirects'])),
    ...options.servername !== undefined && readServername(options.servername, client, note, warn),
    ...list('pins', options.pins, readPin, below(note, ['pins'])),
    ...list('noProxy', options.no_proxy, readNoProxy, below(note, ['no_proxy'])),
    ...options.max_connections !== undefined && { maxConnections: options.max_connections },
    ...options.http2 && { http2: true },
    ...readCallTimeout(options, note),
    ...settle(readHostOptions(options, note, defaults), options.max_connections !== undefined)
  }
  if (options.pins?.length === 0) {
    note(
      ['pins'],
      {
        code: 'no-pin',
        message: 'holds no pin: no server could have it',
        instead: 'list the keys that the server may have, or leave the key out'
      }
    )
  }
  if (own.http2) checkHttp2(client, note)
  return Object.keys(own).length === 0 ? undefined : own
}

/**
 * Leaves out what is the default. Where connections are limited, calls to a host that is slow wait for one: others get
 * them then.
 */
function settle (
  { balance, maxConnectionAge, ...others }: HostSettings,
  hasLimit: boolean
): Pick<OwnClientSettings, 'balance' | 'maxConnectionAge' | keyof typeof others> {
  const isByRequests = balance === undefined ? hasLimit : balance === 'least-requests'
  return {
    ...isByRequests && { balance: 'least-requests' },
    ...maxConnectionAge && { maxConnectionAge },
    ...others
  }
}

function readRedirects (
  options: TakenRedirects,
  client: OtherSettings,
  note: NoteProblem,
  warn: NoteProblem
): { redirects?: RedirectSettings } {
  const { max, allowed_hosts: hosts, same_origin: sameOrigin = false, strip_headers: headers, client_certs: certificates } = options
  const leaves = ([['strip_headers', headers?.length], ['client_certs', certificates === 'origin']] as const).filter(([, isSet]) => isSet)
  if (!client.followRedirects) {
    warn([], { code: 'no-effect', at: 'key', message: 'no redirect is followed: no_redirect is set', instead: 'remove one of the two' })
  }
  if (sameOrigin && hosts !== undefined) {
    note(
      ['allowed_hosts'],
      {
        code: 'conflict',
        at: 'key',
        message: 'same_origin lets no other host in, so that nothing can be allowed',
        instead: 'remove same_origin, or allowed_hosts'
      }
    )
  }
  if (sameOrigin) {
    for (const [key] of leaves) {
      warn(
        [key],
        { code: 'no-effect', at: 'key', message: 'no redirect leaves the origin: same_origin is set', instead: 'remove it' }
      )
    }
  }
  if (certificates === 'origin' && (client.tls?.clientCerts.length ?? 0) === 0) {
    warn(
      ['client_certs'],
      {
        code: 'no-effect',
        at: 'key',
        message: 'there is no client certificate to keep back: client_tls has no client_certs',
        instead: 'remove it'
      }
    )
  }
  const redirects: RedirectSettings = {
    ...max !== undefined && { max },
    ...list('allowedHosts', hosts, readAllowedHost, below(note, ['allowed_hosts'])),
    ...sameOrigin && { sameOrigin },
    ...headers?.length !== 0 && list('stripHeaders', headers, readHeaderName, below(note, ['strip_headers'])),
    ...certificates === 'origin' && { clientCerts: certificates }
  }
  return Object.keys(redirects).length === 0 ? {} : { redirects }
}

/** Reads each entry of a list, and puts them in order; what an entry is refused for is noted at its place. */
function list <Key extends string> (
  key: Key,
  entries: Entries | undefined,
  read: (text: string, refuse: Refuse) => string | null,
  note: NoteProblem
): { [K in Key]?: readonly string[] } {
  if (entries === undefined) return {}
  const values = entries.map((text, index) => text === undefined
    ? null
    : read(text, (message, instead) => {
      note([index], { code: 'unknown-value', value: text, message, instead })
      return null
    }))
  return { [key]: [...new Set(values.filter((value) => value !== null))].sort() } as unknown as { [K in Key]?: readonly string[] }
}

function readAllowedHost (text: string, refuse: Refuse): string | null {
  return parseHostPattern(text) === null
    ? refuse(`${JSON.stringify(text)} is not a host`, 'write a name, *.name, or an address, perhaps with :port; no scheme, and no path')
    : text.trim().toLowerCase()
}

function readNoProxy (text: string, refuse: Refuse): string | null {
  return isNoProxyEntry(text)
    ? text.trim().toLowerCase()
    : refuse(
      `${JSON.stringify(text)} is not an entry of NO_PROXY`,
      'write a name (and all below it), .name (only those), an address, a network as 10.0.0.0/8, or *; perhaps with :port; one in each entry'
    )
}

function readHeaderName (text: string, refuse: Refuse): string | null {
  try {
    validateHeaderName(text)
    return text.toLowerCase()
  } catch {
    return refuse(`${JSON.stringify(text)} is not a valid header name`, 'write it as "X-Api-Key"')
  }
}

function readPin (text: string, refuse: Refuse): string | null {
  const [, digest = ''] = /^sha256\/\/?([A-Za-z0-9+/]{43}=)$/.exec(text) ?? []
  return digest !== '' && Buffer.from(digest, 'base64').toString('base64') === digest
    ? digest
    : refuse(
      `${JSON.stringify(text)} is not a valid pin`,
      'write sha256/ and the SHA-256 of the public key (SubjectPublicKeyInfo) in base64, which has 44 characters'
    )
}

function readServername (text: string, client: OtherSettings, note: NoteProblem, warn: NoteProblem): { servername?: string } {
  const name = readHost(text)
  if (name === null || text.endsWith('.')) {
    note(
      ['servername'],
      {
        code: 'unknown-value',
        value: text,
        message: `${JSON.stringify(text)} is not a host name`,
        instead: 'write the name alone, without scheme, port and final dot'
      }
    )
    return {}
  }
  if (client.tls?.allowInsecureConnections) {
    warn(
      ['servername'],
      { code: 'insecure', value: text, message: 'it is sent, but no certificate is compared with it: allow_insecure_connections is set' }
    )
  }
  return { servername: name }
}

function checkHttp2 ({ tls, transport }: OtherSettings, note: NoteProblem): void {
  if (transport.disableKeepAlives) {
    note(
      ['http2'],
      {
        code: 'conflict',
        at: 'key',
        message: 'HTTP/2 keeps its connections, and disable_keep_alives forbids that',
        instead: 'remove disable_keep_alives at the root, or http2'
      }
    )
  }
  if (tls !== null && isOlder(tls.maxVersion, 'TLS12')) {
    note(
      ['http2'],
      {
        code: 'conflict',
        at: 'key',
        message: `HTTP/2 needs TLS 1.2, and max_version is ${tls.maxVersion}`,
        instead: 'raise max_version, or remove http2'
      }
    )
  }
}
