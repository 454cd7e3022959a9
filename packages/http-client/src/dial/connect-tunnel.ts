import type { Socket } from 'node:net'
import { ClientError } from '../call/client-error.ts'
import { writeAddress } from './connect-tcp.ts'
import { Negotiation } from './negotiate.ts'
import type { ProxySettings } from '@floodgate/settings'

const maxHeadLength = 64 * 1024

/** The value of Proxy-Authorization; null = the proxy has no credentials. */
export function writeProxyAuthorization ({ username, password }: ProxySettings): string | null {
  return username === null && password === null ? null : `Basic ${Buffer.from(`${username ?? ''}:${password ?? ''}`).toString('base64')}`
}

/**
 * Asks an HTTP proxy, over a connection to it, for a tunnel to a host (RFC 9110, 9.3.6). As in Go only 200 opens it.
 * The request carries nothing of the requests that will go through the tunnel.
 *
 * @throws {FG_ERR_HTTP_CLIENT_PROXY_AUTH} on 407
 * @throws {FG_ERR_HTTP_CLIENT_PROXY_REFUSED} on any other status
 * @throws {FG_ERR_HTTP_CLIENT_PROXY_PROTOCOL} if the proxy closes the connection, or does not speak HTTP
 */
export async function openTunnel (socket: Socket, proxy: ProxySettings, host: string, port: number): Promise<void> {
  const where = `the proxy ${writeAddress(proxy.host, proxy.port)}`
  const address = writeAddress(host, port)
  const authorization = writeProxyAuthorization(proxy)
  const negotiation = new Negotiation(
    socket,
    () =>
      new ClientError('FG_ERR_HTTP_CLIENT_PROXY_PROTOCOL', `${where} closed the connection when asked for a tunnel to ${address}: check that it is an HTTP proxy and allows CONNECT`)
  )
  try {
    const status = await negotiation.ask(
      `CONNECT ${address} HTTP/1.1\r\nHost: ${address}\r\n${authorization === null ? '' : `Proxy-Authorization: ${authorization}\r\n`}\r\n`,
      (bytes) => readStatus(bytes, where)
    )
    if (status === 407) throw new ClientError('FG_ERR_HTTP_CLIENT_PROXY_AUTH', `${where} answered 407 to CONNECT ${address}: ${authorization === null ? 'add user and password to its address' : 'check the user and password in its address'}`, { proxyStatus: status })
    if (status !== 200) throw new ClientError('FG_ERR_HTTP_CLIENT_PROXY_REFUSED', `${where} answered ${status} to CONNECT ${address}: ask its operator to allow this target`, { proxyStatus: status })
  } finally {
    negotiation.close()
  }
}

function readStatus (bytes: Buffer, where: string): { value: number, length: number } | null {
  const end = bytes.indexOf('\r\n\r\n')
  const head = /^HTTP\/1\.[01] (\d{3})(?:\s|$)/.exec(bytes.toString('latin1', 0, 16))
  if (end >= 0 && head) return { value: Number(head[1]), length: end + 4 }
  if ((bytes.length >= 16 && !head) || end >= 0 || bytes.length > maxHeadLength) {
    throw new ClientError('FG_ERR_HTTP_CLIENT_PROXY_PROTOCOL', `${where} does not answer in HTTP/1: check the protocol of its address (http, https, socks5)`)
  }
  return null
}
