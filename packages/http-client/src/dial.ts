import { isIP, type Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { ClientError, type Stage } from './client-error.ts'
import { connectThroughSocks } from './connect-socks.ts'
import { connectTcp, writeAddress } from './connect-tcp.ts'
import { openTunnel } from './connect-tunnel.ts'
import { DialAgain } from './errors.ts'
import { feedParser } from './feed.ts'
import type { Sessions } from './sessions.ts'
import type { ProxySettings, TransportSettings } from './settings.ts'
import type { ClientTls } from './tls.ts'

/** What a connection shall end at, and how it gets there. */
export interface Destination {
  readonly host: string
  readonly port: number
  /** Speaks TLS with the destination. */
  readonly tls: boolean
  /** Goes there through a tunnel of this proxy; null = directly. */
  readonly through: ProxySettings | null
  /** The destination is itself a proxy, that takes requests to any http origin. */
  readonly isProxy: boolean
}

/** What all connections of one generation share. */
export interface DialContext {
  readonly tls: ClientTls
  readonly sessions: Sessions
  readonly transport: TransportSettings
  /** Every socket that is open or being opened. */
  readonly sockets: Set<Socket>
  /** Connections of all pools that wait for a request. */
  idle: number
}

// Go's http.Transport as KrakenD sets it up, and its limit for CONNECT.
const tlsTimeout = 10_000
const negotiationTimeout = 60_000
/** How often a handshake may ask for another connection before that is its failure. */
const maxDials = 3

/** One attempt to open a connection. */
export class Dial {
  /** What it is waiting for. */
  stage: Stage = 'dns'
  readonly #to: Destination
  readonly #context: DialContext
  #socket: Socket | null = null
  #ended: Error | null = null

  constructor (to: Destination, context: DialContext) {
    this.#to = to
    this.#context = context
  }

  /**
   * Opens the connection: TCP, the way through the proxy, TLS.
   *
   * @throws {ClientError} never an error of undici's own, which would make it dial again and again
   */
  async open (): Promise<Socket> {
    for (let dials = 1; ; dials++) {
      try {
        return await this.#open()
      } catch (error) {
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
    this.#socket?.destroy()
  }

  async #open (): Promise<Socket> {
    const { host, port, tls, through, isProxy } = this.#to
    if (through === null) {
      const socket = await this.#connect(host, port, isProxy, !tls)
      return tls ? await this.#secure(socket, host, port, isProxy) : socket
    }
    let socket = await this.#connect(through.host, through.port, true, !tls && through.protocol !== 'https')
    if (through.protocol === 'https') socket = await this.#secure(socket, through.host, through.port, true)
    this.stage = 'proxy'
    const timer = setTimeout(() => {
      this.destroy(new ClientError('FG_ERR_HTTP_CLIENT_PROXY_PROTOCOL', `the proxy ${writeAddress(through.host, through.port)} did not answer within ${negotiationTimeout} ms when asked for ${writeAddress(host, port)}: check that it works`))
    }, negotiationTimeout)
    try {
      await (through.protocol.startsWith('socks') ? connectThroughSocks(socket, through, host, port) : openTunnel(socket, through, host, port))
    } finally {
      clearTimeout(timer)
    }
    return tls ? await this.#secure(socket, host, port, false) : socket
  }

  #connect (host: string, port: number, isProxy: boolean, fed: boolean): Promise<Socket> {
    if (this.#ended) return Promise.reject(this.#ended)
    if (isProxy) this.stage = 'proxy'
    else this.stage = isIP(host) ? 'dial' : 'dns'
    return new Promise((resolve, reject) => {
      const socket = connectTcp(host, port, this.#context.transport, fed, (error) => {
        if (error) reject(describeConnect(error, host, port, isProxy))
        else resolve(socket)
      })
      if (this.stage === 'dns') socket.once('lookup', () => { this.stage = 'dial' })
      this.#hold(socket)
    })
  }

  #secure (transport: Socket, host: string, port: number, isProxy: boolean): Promise<TLSSocket> {
    if (this.#ended) return Promise.reject(this.#ended)
    const { tls, sessions } = this.#context
    this.stage = isProxy ? 'proxy' : 'tls'
    return new Promise((resolve, reject) => {
      const name = host.endsWith('.') ? host.slice(0, -1) : host
      const target = { host: name, port, isProxy, session: sessions.get(name, port), saveSession: (session: Buffer) => { sessions.set(name, port, session) } }
      const timer = setTimeout(() => {
        socket.destroy(new Error(`no handshake within ${tlsTimeout} ms`))
      }, tlsTimeout)
      const socket = tls.handshake(transport, target, (error) => {
        clearTimeout(timer)
        if (!error) resolve(socket)
        else reject(error instanceof DialAgain ? error : this.#describeTls(error, host, port, isProxy))
      })
      socket.on('error', () => {})
      feedParser(socket)
      this.#hold(socket)
    })
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
    if (isProxy) return new ClientError('FG_ERR_HTTP_CLIENT_PROXY_TLS', `no TLS with ${where}: ${text}; check client_tls, which holds for https proxies too`, { cause })
    if (isCertificateError(cause.code)) return new ClientError('FG_ERR_HTTP_CLIENT_CERTIFICATE', `the certificate of ${where} is not accepted: ${text}; check its name, its dates and ca_certs`, { cause })
    return new ClientError('FG_ERR_HTTP_CLIENT_TLS', `no TLS with ${where}: ${text}; check versions, cipher suites and client certificates in client_tls`, { cause })
  }
}

function describeConnect (cause: NodeJS.ErrnoException, host: string, port: number, isProxy: boolean): ClientError {
  const address = writeAddress(host, port)
  if (isProxy) return new ClientError('FG_ERR_HTTP_CLIENT_PROXY_DIAL', `cannot connect to the proxy ${address}: ${describeCause(cause)}; check that it runs and that its address is right`, { cause })
  if (cause instanceof ClientError) return cause
  if (cause.syscall === 'getaddrinfo') return new ClientError('FG_ERR_HTTP_CLIENT_DNS', `no address found for ${host} (${cause.code}): check the name, and the resolver of this machine`, { cause })
  return new ClientError('FG_ERR_HTTP_CLIENT_DIAL', `cannot connect to ${address}: ${describeCause(cause)}; check that the backend runs and that its address is right`, { cause })
}

/** A failure over several addresses is an AggregateError without a message. */
function describeCause (cause: NodeJS.ErrnoException): string {
  return cause.code ?? cause.message
}

// X509_V_ERR names as Node writes them, and its own check of the name.
function isCertificateError (code: string | undefined): boolean {
  return code !== undefined && /^(?:ERR_TLS_CERT|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|INVALID_|PATH_LENGTH|HOSTNAME_|ERROR_IN_CERT)/.test(code)
}
