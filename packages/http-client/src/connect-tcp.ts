import net, { type Socket, type TcpNetConnectOpts } from 'node:net'
import { ClientError } from './client-error.ts'
import type { TransportSettings } from './settings.ts'
import { openDirect } from './wire/intake.ts'

// Go's defaults (net.Dialer).
const defaultKeepAlive = 15_000
const defaultFallbackDelay = 300
// Node refuses less.
const minFallbackDelay = 10

/**
 * Opens a TCP connection by the dialer keys of the transport. `done` is called once; to give up, destroy the socket.
 *
 * @param direct no TLS goes over it: a connection of ours reads from it without a stream in between
 */
export function connectTcp (host: string, port: number, transport: TransportSettings, direct: boolean, done: (error: Error | null) => void): Socket {
  const options = describeTcp(host, port, transport)
  const socket = direct ? openDirect(options) : net.connect(options)
  const { dialerTimeout } = transport
  const timer = dialerTimeout > 0
    ? setTimeout(() => {
      socket.destroy(new ClientError('FG_ERR_HTTP_CLIENT_DIAL_TIMEOUT', `${writeAddress(host, port)} did not answer within the dialer timeout of ${dialerTimeout} ms: check that it can be reached from here`))
    }, dialerTimeout)
    : undefined
  const settle = (error: Error | null): void => {
    clearTimeout(timer)
    socket.off('connect', onConnect).off('error', settle).off('close', onClose)
    done(error)
  }
  const onConnect = (): void => { settle(null) }
  const onClose = (): void => { settle(new Error('closed while it was dialled')) }
  // Between two steps nobody else listens, and an error without a listener ends the process.
  socket.on('error', () => {})
  socket.once('connect', onConnect).once('error', settle).once('close', onClose)
  return socket
}

/** `host:port` as URLs write it. */
export function writeAddress (host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

function describeTcp (host: string, port: number, { dialerKeepAlive, dialerFallbackDelay }: TransportSettings): TcpNetConnectOpts {
  return {
    host,
    port,
    noDelay: true,
    keepAlive: dialerKeepAlive >= 0,
    keepAliveInitialDelay: dialerKeepAlive || defaultKeepAlive,
    autoSelectFamily: dialerFallbackDelay >= 0,
    autoSelectFamilyAttemptTimeout: Math.max(dialerFallbackDelay || defaultFallbackDelay, minFallbackDelay),
    highWaterMark: 64 * 1024
  } as TcpNetConnectOpts
}
