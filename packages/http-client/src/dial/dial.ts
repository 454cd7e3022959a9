import { isIP, type Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { DialAgain, isCertificateError } from '@floodgate/tls'
import { ClientError, type Stage } from '../call/client-error.ts'
import { connectThroughSocks } from './connect-socks.ts'
import { TcpDial, writeAddress } from './connect-tcp.ts'
import { openTunnel } from './connect-tunnel.ts'
import type { Peers } from '@floodgate/tls'
import type { Sessions } from '@floodgate/tls'
import type { ProxySettings, TransportSettings } from '@floodgate/settings'
import type { ClientTls } from '@floodgate/tls'
import type { CertificateRequest } from '@floodgate/tls'
import type { Turns } from '../wire/turns.ts'

/** The destination of a connection, and the way to it. */
export interface Destination {
  readonly host: string
  readonly port: number
  /** IP address to connect to in place of the host's; absent = none. */
  readonly address?: string | null
  /** Speaks TLS with the destination. */
  readonly tls: boolean
  /** Goes there through a tunnel of this proxy; null = directly. */
  readonly through: ProxySettings | null
  /** The destination is itself a proxy, that takes requests to any http origin. */
  readonly isProxy: boolean
  /** Another origin than the call began at: a redirect leads there. */
  readonly isBeyond: boolean
  /** Server name of a call unless the settings have one; null = its host. */
  readonly servername: string | null
  /** The connection is read by other code: it has to be a normal stream. */
  readonly isForeign?: boolean
}

/** TLS settings towards a server, and its sessions. */
export interface TlsIdentity {
  readonly tls: ClientTls
  readonly sessions: Sessions
  /** Expected name of a server that is called by another name; null = that name. */
  readonly servername: string | null
}

/** What all connections of one generation share. */
export interface DialContext extends TlsIdentity {
  /** Beyond the origin of a call; proxies are none of it. */
  readonly beyond: TlsIdentity
  /** Whether servers may be offered HTTP/2. */
  readonly http2: boolean
  /** To one destination; Infinity = any number. */
  readonly maxConnections: number
  /** ms after which a connection takes no more requests; Infinity = none. */
  readonly maxAge: number
  readonly transport: TransportSettings
  /** Every socket that is open or being opened. */
  readonly sockets: Set<Socket>
  /** Records the certificates of servers and proxies. */
  readonly peers: Peers
  /** What connections wait for before they are used again. */
  readonly turns: Turns
  /** Connections of all pools that wait for a request. */
  idle: number
}

/** What a dial does one after the other; a `tunnel` is what a proxy is asked for. */
export interface DialStep {
  readonly kind: 'dns' | 'tcp' | 'tls' | 'tunnel'
  /** With the proxy, not with the destination behind it. */
  readonly isProxy: boolean
}

/** Observes a dial. It must not read from the sockets. */
export interface DialObserver {
  /** A step begins. The one before it went well, or the whole dial begins again. */
  enter (step: DialStep): void
  /** The addresses that a name leads to. */
  onAddresses (addresses: readonly string[]): void
  /** The one that was connected to. */
  onConnected (socket: Socket): void
  /** The socket of TLS before its handshake, and the one below, whose bytes may be looked at. */
  watch (socket: Socket, below: Socket): void
  /** A server's requirements for a client certificate (null: none), and the index of the pair that is sent (-1: none). */
  onRequest (request: CertificateRequest | null, shown: number): void
}

// Go's http.Transport as KrakenD sets it up, and its limit for CONNECT.
const tlsTimeout = 10_000
const negotiationTimeout = 60_000
/** How often a handshake may ask for another connection before that is its failure. */
const maxDials = 3

const stages = { dns: 'dns', tcp: 'dial', tls: 'tls', tunnel: 'proxy' } as const satisfies Record<DialStep['kind'], Stage>

/** One attempt to open a connection. */
export class Dial {
  /** What it is waiting for. */
  stage: Stage = 'dns'
  /** What the look-up of the name took, of the host or of the proxy, in ms; 0 = there was none. */
  dnsTime = 0
  /** What the last handshake took, also one that failed, in ms; 0 = there was none. */
  tlsTime = 0
  /** Called when one of them is known. */
  onTime: (() => void) | null = null
  #step: DialStep['kind'] | null = null
  #stepBegan = 0
  readonly #to: Destination
  readonly #context: DialContext
  readonly #observer: DialObserver | null
  readonly #offersHttp2: boolean
  #socket: Socket | null = null
  #tcp: TcpDial | null = null
  #ended: Error | null = null

  /** @param offersHttp2 to the destination, not to proxies on the way */
  constructor (to: Destination, context: DialContext, observer: DialObserver | null = null, offersHttp2 = false) {
    this.#to = to
    this.#context = context
    this.#observer = observer
    this.#offersHttp2 = offersHttp2
  }

  /**
   * Opens the connection: TCP, the way through the proxy, TLS.
   *
   * @throws {ClientError} never an error of undici, which would make undici dial again and again
   */
  async open (): Promise<Socket> {
    for (let dials = 1; ; dials++) {
      try {
        const socket = await this.#open()
        this.#endStep(null)
        return socket
      } catch (error) {
        this.#endStep(null)
        this.#socket?.destroy()
        if (this.#ended) throw this.#ended
        if (!(error instanceof DialAgain)) throw error
        if (dials === maxDials) throw this.#describeTls(error.cause as Error, this.#to.host, this.#to.port, this.#to.isProxy)
      }
    }
  }

  /** Gives up: `open` rejects with this error. */
  destroy (error: Error): void {
    this.#ended ??= error
    this.#tcp?.destroy(error)
    this.#socket?.destroy()
  }

  async #open (): Promise<Socket> {
    const { host, port, address = null, tls, through, isProxy, isForeign = false } = this.#to
    if (through === null) {
      const socket = await this.#connect(host, port, isProxy, !tls && !isForeign, address)
      return tls ? await this.#secure(socket, host, port, isProxy) : socket
    }
    let socket = await this.#connect(through.host, through.port, true, !tls && !isForeign && through.protocol !== 'https')
    if (through.protocol === 'https') socket = await this.#secure(socket, through.host, through.port, true)
    this.#enter('tunnel', true)
    const timer = setTimeout(() => {
      this.destroy(
        new ClientError(
          'FG_ERR_HTTP_CLIENT_PROXY_PROTOCOL',
          `the proxy ${writeAddress(through.host, through.port)} did not answer within ${negotiationTimeout} ms when asked to connect to ${writeAddress(host, port)}: check that it works`
        )
      )
    }, negotiationTimeout)
    try {
      await (through.protocol.startsWith('socks')
        ? connectThroughSocks(socket, through, host, port)
        : openTunnel(socket, through, host, port))
    } catch (error) {
      throw error instanceof ClientError ? error : describeTunnel(error as NodeJS.ErrnoException, through)
    } finally {
      clearTimeout(timer)
    }
    return tls ? await this.#secure(socket, host, port, false) : socket
  }

  #connect (host: string, port: number, isProxy: boolean, direct: boolean, address: string | null = null): Promise<Socket> {
    if (this.#ended) return Promise.reject(this.#ended)
    const isAddress = address !== null || isIP(host) !== 0
    this.#enter(isAddress ? 'tcp' : 'dns', isProxy)
    if (address !== null) this.#observer?.onAddresses([address])
    return new Promise((resolve, reject) => {
      const tcp = this.#tcp = new TcpDial(address ?? host, port, this.#context.transport, direct, {
        onAddresses: (addresses) => {
          this.#observer?.onAddresses(addresses)
          this.#enter('tcp', isProxy)
        },
        onSocket: (socket) => { this.#hold(socket) },
        onConnected: (socket) => {
          this.#tcp = null
          this.#socket = socket
          this.#observer?.onConnected(socket)
          resolve(socket)
        },
        onFailed: (error) => {
          this.#tcp = null
          reject(describeConnect(error, address ?? host, port, isProxy))
        }
      })
      tcp.start()
    })
  }

  #secure (transport: Socket, host: string, port: number, isProxy: boolean): Promise<TLSSocket> {
    if (this.#ended) return Promise.reject(this.#ended)
    const { tls, sessions, servername } = this.#to.isBeyond && !isProxy ? this.#context.beyond : this.#context
    const { peers } = this.#context
    this.#enter('tls', isProxy)
    return new Promise((resolve, reject) => {
      // Neither a zone nor the dot of a whole name is in a certificate.
      const called = (host.endsWith('.') ? host.slice(0, -1) : host).replace(/%.*$/, '')
      const name = isProxy ? called : servername ?? this.#to.servername ?? called
      const observer = this.#observer
      const target = {
        host: name,
        port,
        isProxy,
        http2: this.#offersHttp2 && !isProxy,
        session: sessions.get(name, port),
        saveSession: (session: Buffer) => { sessions.set(name, port, session) },
        onRequest: observer?.onRequest.bind(observer)
      }
      const timer = setTimeout(() => {
        socket.destroy(Object.assign(new Error(`no handshake within ${tlsTimeout} ms`), { code: 'ERR_TLS_HANDSHAKE_TIMEOUT' }))
      }, tlsTimeout)
      const socket = tls.handshake(transport, target, (error) => {
        clearTimeout(timer)
        if (error === null) {
          peers.see(writeAddress(name, port), socket)
          resolve(socket)
        } else reject(error instanceof DialAgain ? error : this.#describeTls(error, host, port, isProxy))
      })
      socket.on('error', () => {})
      endErrorsAtClose(socket)
      observer?.watch(socket, transport)
      this.#hold(socket)
    })
  }

  #enter (kind: DialStep['kind'], isProxy: boolean): void {
    this.stage = isProxy ? 'proxy' : stages[kind]
    this.#endStep(kind)
    this.#observer?.enter({ kind, isProxy })
  }

  /** @param next null = there is none */
  #endStep (next: DialStep['kind'] | null): void {
    const step = this.#step
    if (step === 'dns') this.dnsTime = performance.now() - this.#stepBegan
    else if (step === 'tls') this.tlsTime = performance.now() - this.#stepBegan
    if (step === 'dns' || step === 'tls') this.onTime?.()
    if (next === 'dns' || next === 'tls') this.#stepBegan = performance.now()
    this.#step = next
  }

  #hold (socket: Socket): void {
    this.#socket = socket
    const { sockets } = this.#context
    sockets.add(socket)
    socket.once('close', () => { sockets.delete(socket) })
  }

  #describeTls (cause: NodeJS.ErrnoException, host: string, port: number, isProxy: boolean): ClientError {
    const where = `${isProxy ? 'the proxy ' : ''}${writeAddress(host, port)}`
    const text = cause.code ? `${cause.message} (${cause.code})` : cause.message
    if (isProxy) {
      return new ClientError(
        'FG_ERR_HTTP_CLIENT_PROXY_TLS',
        `no TLS with ${where}: ${text}; check client_tls, which also applies to https proxies`,
        { cause }
      )
    }
    if (cause.code === 'CERT_KEY_NOT_PINNED') {
      return new ClientError(
        'FG_ERR_HTTP_CLIENT_PINNED_KEY',
        `the certificate of ${where} is not accepted: ${text}; if the server has a new key, add that to the pins`,
        { cause }
      )
    }
    if (isCertificateError(cause.code)) {
      return new ClientError(
        'FG_ERR_HTTP_CLIENT_CERTIFICATE',
        `the certificate of ${where} is not accepted: ${text}; check its name, its dates and ca_certs`,
        { cause }
      )
    }
    return new ClientError(
      'FG_ERR_HTTP_CLIENT_TLS',
      `no TLS with ${where}: ${text}; check versions, cipher suites and client certificates in client_tls`,
      { cause }
    )
  }
}

/**
 * Hides errors after the socket's `close` from earlier listeners. If the connection below TLS is destroyed first,
 * `close` is emitted before `error`, and undici's listener then reads a parser that it has released: an exception that
 * cannot be caught.
 */
function endErrorsAtClose (socket: Socket): void {
  // Added before undici's own listener, so it runs before it.
  socket.once('close', () => { socket.removeAllListeners('error').on('error', () => {}) })
}

function describeConnect (cause: NodeJS.ErrnoException, host: string, port: number, isProxy: boolean): ClientError {
  const address = writeAddress(host, port)
  if (isProxy) {
    return new ClientError(
      'FG_ERR_HTTP_CLIENT_PROXY_DIAL',
      `cannot connect to the proxy ${address}: ${describeCause(cause)}; check that it is running and that its address is correct`,
      { cause }
    )
  }
  if (cause instanceof ClientError) return cause
  if (cause.syscall === 'getaddrinfo') {
    return new ClientError(
      'FG_ERR_HTTP_CLIENT_DNS',
      `no address found for ${host} (${cause.code}): check the name and the DNS resolver of this machine`,
      { cause }
    )
  }
  return new ClientError(
    'FG_ERR_HTTP_CLIENT_DIAL',
    `cannot connect to ${address}: ${describeCause(cause)}; check that the backend is running and that its address is correct`,
    { cause }
  )
}

/** A connection to a proxy that was lost while it was asked; with TLS 1.3 that is how it refuses a client certificate. */
function describeTunnel (cause: NodeJS.ErrnoException, { host, port }: ProxySettings): ClientError {
  const code = cause.code?.startsWith('ERR_SSL_') ? 'FG_ERR_HTTP_CLIENT_PROXY_TLS' : 'FG_ERR_HTTP_CLIENT_PROXY_PROTOCOL'
  return new ClientError(
    code,
    `the proxy ${writeAddress(host, port)} ended the connection when it was asked for a tunnel: ${describeCause(cause)}; check its log`,
    { cause }
  )
}

/** A failure over several addresses is an AggregateError without a message. */
function describeCause (cause: NodeJS.ErrnoException): string {
  return cause.code ?? cause.message
}
