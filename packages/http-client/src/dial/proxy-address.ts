import { isIPv4, isIPv6 } from 'node:net'
import { domainToASCII } from 'node:url'
import { hideCredentials, listWords, type NoteProblem } from '@floodgate/settings'
import type { ProxySettings } from '@floodgate/settings'

const schemes = ['http', 'https', 'socks5', 'socks5h'] as const

// scheme://user:password@host:port/ ; the host is a name, an address, or an IPv6 address in brackets. RFC 3986, 3.2.
const shape = /^([a-z][a-z0-9+.-]*):\/\/(?:(.*)@)?(\[[^\]]*\]|[^:/?#@]*)(?::([^/?#]*))?([/?#].*)?$/i

/**
 * Reads a `proxy_address`. Parses the text itself, because a parsed URL does not distinguish `:80` from a missing port.
 *
 * @returns null if it is invalid, which is reported
 */
export function parseProxyAddress (address: string, note: NoteProblem, warn: NoteProblem): ProxySettings | null {
  const refuse = (message: string, instead: string): null => {
    note(
      [],
      {
        code: 'invalid-proxy',
        value: hideCredentials(address),
        message: `${message}: ${JSON.stringify(hideCredentials(address))}`,
        instead
      }
    )
    return null
  }
  const [, scheme = '', userInfo, host = '', port, rest = ''] = shape.exec(address.trim()) ?? []
  const protocol = schemes.find((known) => known === scheme.toLowerCase())
  if (scheme === '') return refuse('must be the URL of a proxy, with scheme, host and port', adviseUrl(address))
  if (!protocol) {
    return refuse(
      `the scheme ${JSON.stringify(scheme)} is not supported for proxies`,
      `use ${listWords(schemes.map((known) => `${known}://`))}`
    )
  }
  if (host === '') return refuse('has no host', `write ${protocol}://proxy.example.com:${port || 8080}`)
  const name = host.startsWith('[') ? host : domainToASCII(host)
  if (!isHost(name)) {
    return refuse(
      `${JSON.stringify(host)} is not a valid host name or IP address`,
      'use a name, an IPv4 address, or an IPv6 address in brackets'
    )
  }
  if (!port) {
    return refuse('has no port', `add it: ${protocol}://${host}:${{ http: 8080, https: 443, socks5: 1080, socks5h: 1080 }[protocol]}`)
  }
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65535) {
    return refuse(`the port ${JSON.stringify(port)} is not between 1 and 65535`, `write ${protocol}://${host}:8080`)
  }
  const credentials = readUserInfo(userInfo)
  if (!credentials) return refuse('user or password is not percent-encoded', 'write @ as %40, : as %3A, / as %2F and % as %25 in them')
  if (rest !== '' && rest !== '/') {
    warn(
      [],
      {
        code: 'proxy-path',
        value: hideCredentials(address),
        message: 'a proxy address has no path: the part after the port has no effect',
        instead: `write ${protocol}://${host}:${port}`
      }
    )
  }
  return { protocol, host: name.replace(/^\[|\]$/g, '').toLowerCase(), port: Number(port), ...credentials }
}

/** Formats a proxy for logs and tables, without its credentials. */
export function describeProxy ({ protocol, host, port, username }: ProxySettings): string {
  return `${protocol}://${username === null ? '' : '***@'}${host.includes(':') ? `[${host}]` : host}:${port}`
}

function readUserInfo (userInfo: string | undefined): Pick<ProxySettings, 'username' | 'password'> | null {
  if (userInfo === undefined) return { username: null, password: null }
  if (/[/?#\s]/.test(userInfo)) return null
  const colon = userInfo.indexOf(':')
  try {
    const username = decodeURIComponent(colon < 0 ? userInfo : userInfo.slice(0, colon))
    // `user@` sends an empty password, as Go does.
    return { username, password: colon < 0 ? '' : decodeURIComponent(userInfo.slice(colon + 1)) }
  } catch {
    return null
  }
}

function isHost (host: string): boolean {
  if (host.startsWith('[')) return isIPv6(host.slice(1, -1))
  return isIPv4(host) || (/^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_.])?$/i.test(host) && !host.includes('..') && !/^[\d.]+$/.test(host))
}

/** Suggests a complete address for one without scheme. */
function adviseUrl (address: string): string {
  const bare = hideCredentials(address).replace(/^[/\s]+|\s+$/g, '')
  if (!/^[a-z0-9_.-]+(?::\d+)?$/i.test(bare)) return 'write http://proxy.example.com:8080'
  return `write http://${bare}${bare.includes(':') ? '' : ':8080'}`
}
