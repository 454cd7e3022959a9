import dns from 'node:dns'
import net, { isIP, isIPv4, type Socket, type TcpNetConnectOpts } from 'node:net'
import { timerTime } from '@floodgate/go/duration'
import { ClientError } from '../call/client-error.ts'
import type { TransportSettings } from '@floodgate/settings'
import { openDirect } from '../wire/intake.ts'

// Go's defaults (net.Dialer).
const defaultKeepAlive = 15_000
const defaultFallbackDelay = 300
/** What each address has before the next one of its family is tried (net/dial.go, `partialDeadline`). */
const addressTime = 2000

/** Listener of a dial. */
export interface TcpListener {
  /** The name has been looked up. */
  onAddresses (addresses: readonly string[]): void
  /** One of the sockets that are tried: to be destroyed to give up. */
  onSocket (socket: Socket): void
  onConnected (socket: Socket): void
  onFailed (error: Error): void
}

/**
 * Opens a TCP connection by the dialer keys of the transport, as Go's net.Dialer does: the addresses of the first one's
 * family one after the other, and those of the other family beside them after the fallback delay. An address that is
 * slow goes on beside the next one of its family, and the first that connects is taken.
 */
export class TcpDial {
  readonly #host: string
  readonly #port: number
  readonly #transport: TransportSettings
  readonly #isDirect: boolean
  readonly #listener: TcpListener
  readonly #sockets = new Set<Socket>()
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #errors: Error[] = []
  readonly #began = performance.now()
  #isOver = false
  /** Addresses that were not tried yet. */
  #left = 0

  /** @param isDirect no TLS goes over it: a connection of ours reads from it without a stream in between */
  constructor (host: string, port: number, transport: TransportSettings, isDirect: boolean, listener: TcpListener) {
    this.#host = host
    this.#port = port
    this.#transport = transport
    this.#isDirect = isDirect
    this.#listener = listener
  }

  start (): void {
    const { dialerTimeout } = this.#transport
    if (dialerTimeout > 0) {
      this.#later(dialerTimeout, () => {
        this.destroy(
          new ClientError(
            'FG_ERR_HTTP_CLIENT_DIAL_TIMEOUT',
            `${writeAddress(this.#host, this.#port)} did not answer within the dialer timeout of ${dialerTimeout} ms: check that it is reachable from here`
          )
        )
      })
    }
    if (isIP(this.#host) !== 0) {
      this.#connect([this.#host])
      return
    }
    dns.lookup(this.#host, { all: true }, (error, found) => {
      if (this.#isOver) return
      if (error !== null) {
        this.destroy(error)
        return
      }
      const addresses = found.map(({ address }) => address)
      this.#listener.onAddresses(addresses)
      this.#connect(addresses)
    })
  }

  /** Gives up. */
  destroy (error: Error): void {
    if (this.#isOver) return
    this.#end(null)
    this.#listener.onFailed(error)
  }

  #connect (addresses: readonly string[]): void {
    this.#left = addresses.length
    const { dialerFallbackDelay } = this.#transport
    const isFirst = isIPv4(addresses[0]!)
    const primaries = dialerFallbackDelay < 0 ? addresses : addresses.filter((address) => isIPv4(address) === isFirst)
    const fallbacks = dialerFallbackDelay < 0 ? [] : addresses.filter((address) => isIPv4(address) !== isFirst)
    let isFallingBack = fallbacks.length === 0
    const fallBack = (): void => {
      if (isFallingBack || this.#isOver) return
      isFallingBack = true
      this.#try(fallbacks, 0, () => {})
    }
    if (!isFallingBack) this.#later(dialerFallbackDelay || defaultFallbackDelay, fallBack)
    this.#try(primaries, 0, fallBack)
  }

  /** @param exhausted is called when none of the family is left to try, and the last one failed */
  #try (addresses: readonly string[], index: number, exhausted: () => void): void {
    const { dialerTimeout } = this.#transport
    const remaining = dialerTimeout > 0 ? dialerTimeout - (performance.now() - this.#began) : 0
    let isNextStarted = false
    const next = (): void => {
      if (isNextStarted || this.#isOver) return
      isNextStarted = true
      if (index + 1 < addresses.length) this.#try(addresses, index + 1, exhausted)
      else exhausted()
    }
    const timer = index + 1 < addresses.length
      ? this.#later(Math.max(addressTime, remaining / (addresses.length - index)), next)
      : undefined
    const options = describeTcp(addresses[index]!, this.#port, this.#transport)
    const socket = this.#isDirect ? openDirect(options) : net.connect(options)
    this.#sockets.add(socket)
    this.#left--
    this.#listener.onSocket(socket)
    const fail = (error?: Error | boolean): void => {
      if (!this.#sockets.delete(socket) || this.#isOver) return
      clearTimeout(timer)
      this.#errors.push(error instanceof Error ? error : new Error('closed while it was being connected'))
      next()
      if (this.#sockets.size === 0 && this.#left === 0) this.destroy(join(this.#errors))
    }
    // It is not removed: between two steps there is no other listener, and an error without a listener ends the process.
    socket.on('error', fail).once('close', fail)
    socket.once('connect', () => {
      if (this.#isOver) return
      this.#end(socket)
      this.#listener.onConnected(socket)
    })
  }

  #later (ms: number, what: () => void): NodeJS.Timeout {
    const timer = setTimeout(what, timerTime(ms))
    this.#timers.add(timer)
    return timer
  }

  #end (taken: Socket | null): void {
    this.#isOver = true
    for (const timer of this.#timers) clearTimeout(timer)
    for (const socket of this.#sockets) if (socket !== taken) socket.destroy()
    this.#sockets.clear()
  }
}

/** `host:port` as URLs write it. */
export function writeAddress (host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** The first error is reported, as in Go; the others are attached. */
function join (errors: readonly Error[]): Error {
  if (errors.length === 1) return errors[0]!
  const [first] = errors as NodeJS.ErrnoException[]
  return Object.assign(new AggregateError(errors, first!.message), { code: first!.code })
}

function describeTcp (host: string, port: number, { dialerKeepAlive }: TransportSettings): TcpNetConnectOpts {
  return {
    host,
    port,
    noDelay: true,
    keepAlive: dialerKeepAlive >= 0,
    keepAliveInitialDelay: dialerKeepAlive || defaultKeepAlive,
    highWaterMark: 64 * 1024
  } as TcpNetConnectOpts
}
