import { isIP, type Socket } from 'node:net'
import { ClientError } from '../call/client-error.ts'
import { writeAddress } from './connect-tcp.ts'
import { Negotiation, type Read } from './negotiate.ts'
import type { ProxySettings } from '@floodgate/settings'

const version = 5
const noAuthentication = 0
const usernamePassword = 2
const noneAccepted = 0xff
const addressLength: Record<number, number> = { 1: 4, 4: 16 }

/** RFC 1928, 6. */
const replies: Record<number, string> = {
  1: 'general failure',
  2: 'not allowed by its rules',
  3: 'network unreachable',
  4: 'host unreachable',
  5: 'connection refused',
  6: 'TTL expired',
  7: 'command not supported',
  8: 'address type not supported'
}

/**
 * Asks a SOCKS5 proxy, over a connection to it, to connect to a host (RFC 1928, RFC 1929). Names are sent to the proxy
 * unresolved, also with `socks5`, as in Go.
 *
 * @throws {FG_ERR_HTTP_CLIENT_PROXY_AUTH} when user and password are wrong or missing
 * @throws {FG_ERR_HTTP_CLIENT_PROXY_REFUSED} if it cannot or must not connect there
 * @throws {FG_ERR_HTTP_CLIENT_PROXY_PROTOCOL} if the proxy closes the connection, or does not speak SOCKS5
 */
export async function connectThroughSocks (socket: Socket, proxy: ProxySettings, host: string, port: number): Promise<void> {
  const where = `the SOCKS proxy ${writeAddress(proxy.host, proxy.port)}`
  const fail = (code: ClientError['reason'], what: string): ClientError => new ClientError(code, `${where} ${what}`)
  let stage = 'at the greeting: check that it speaks SOCKS5'
  const negotiation = new Negotiation(socket, () => fail('FG_ERR_HTTP_CLIENT_PROXY_PROTOCOL', `closed the connection ${stage}`))
  const expect = (length: number): Read<Buffer> => (bytes) => {
    if (bytes.length > 0 && bytes[0] !== version) {
      throw fail('FG_ERR_HTTP_CLIENT_PROXY_PROTOCOL', 'does not answer in SOCKS5: check the protocol of its address')
    }
    return bytes.length < length ? null : { value: bytes, length }
  }
  try {
    const credentials = proxy.username === null && proxy.password === null ? null : writeCredentials(proxy, fail)
    const methods = credentials ? [noAuthentication, usernamePassword] : [noAuthentication]
    const [, method] = await negotiation.ask(Buffer.from([version, methods.length, ...methods]), expect(2))
    if (method === noneAccepted || !methods.includes(method!)) {
      throw fail(
        'FG_ERR_HTTP_CLIENT_PROXY_AUTH',
        credentials ? 'does not accept user and password' : 'requires user and password: write them into its address'
      )
    }
    if (method === usernamePassword) {
      stage = 'after user and password: check them'
      const [, status] = await negotiation.ask(credentials!, (bytes) => bytes.length < 2 ? null : { value: bytes, length: 2 })
      if (status !== 0) throw fail('FG_ERR_HTTP_CLIENT_PROXY_AUTH', 'does not accept user and password: check them in its address')
    }
    stage = `when asked to connect to ${writeAddress(host, port)}`
    const reply = await negotiation.ask(writeRequest(host, port, fail), readReply(expect))
    if (reply !== 0) {
      throw fail(
        'FG_ERR_HTTP_CLIENT_PROXY_REFUSED',
        `did not connect to ${writeAddress(host, port)}: ${replies[reply] ?? `reply ${reply}`}`
      )
    }
  } finally {
    negotiation.close()
  }
}

function writeCredentials (
  { username, password }: ProxySettings,
  fail: (code: ClientError['reason'], what: string) => ClientError
): Buffer {
  const user = Buffer.from(username ?? '')
  const secret = Buffer.from(password ?? '')
  if (user.length === 0 || user.length > 255 || secret.length > 255) {
    throw fail('FG_ERR_HTTP_CLIENT_PROXY_AUTH', 'only accepts a user of 1 to 255 bytes and a password of up to 255 bytes')
  }
  return Buffer.concat([Buffer.from([1, user.length]), user, Buffer.from([secret.length]), secret])
}

function writeRequest (host: string, port: number, fail: (code: ClientError['reason'], what: string) => ClientError): Buffer {
  const head = Buffer.from([version, 1, 0])
  const tail = Buffer.from([port >> 8, port & 0xff])
  switch (isIP(host)) {
    case 4: return Buffer.concat([head, Buffer.from([1, ...host.split('.').map(Number)]), tail])
    case 6: return Buffer.concat([head, Buffer.from([4]), packIPv6(host), tail])
  }
  const name = Buffer.from(host, 'latin1')
  if (name.length > 255) throw fail('FG_ERR_HTTP_CLIENT_PROXY_REFUSED', 'does not accept a host name of more than 255 bytes')
  return Buffer.concat([head, Buffer.from([3, name.length]), name, tail])
}

/** Reads the reply's code, and skips the address after it. */
function readReply (expect: (length: number) => Read<Buffer>): Read<number> {
  return (bytes) => {
    if (expect(2)(bytes) === null) return null
    const [, reply = 0, , type = 0, first = 0] = bytes
    // A failure may come without an address.
    if (reply !== 0) return { value: reply, length: bytes.length }
    const length = 4 + (addressLength[type] ?? first + 1) + 2
    return bytes.length < 5 || bytes.length < length ? null : { value: reply, length }
  }
}

function packIPv6 (host: string): Buffer {
  const [head = '', tail] = new URL(`http://[${host}]`).hostname.slice(1, -1).split('::')
  const groups = (text: string): string[] => text === '' ? [] : text.split(':')
  const before = groups(head)
  const after = groups(tail ?? '')
  const all = tail === undefined ? before : [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after]
  return Buffer.from(all.flatMap((group) => { const n = Number.parseInt(group, 16); return [n >> 8, n & 0xff] }))
}
