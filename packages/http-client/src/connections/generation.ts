import type { Socket } from 'node:net'
import { ClientError } from '../call/client-error.ts'
import type { Destination, DialContext } from '../dial/dial.ts'
import { createNoProxy, type EnvironmentProxy } from '../dial/environment-proxy.ts'
import type { Peers } from '@floodgate/tls'
import { Pool } from './pool.ts'
import { Sessions } from '@floodgate/tls'
import type { ClientSettings, ProxySettings } from '@floodgate/settings'
import { SharedPool } from './shared-pool.ts'
import type { ClientTls } from '@floodgate/tls'
import { chooseDestination, readOrigin, Upstream } from './upstream.ts'
import { Turns } from '../wire/turns.ts'

// Redirects can lead anywhere, and a Location can be written in many ways: beyond this the oldest half is forgotten.
const maxUpstreams = 256
const maxSpellings = 1024
// No origin begins with it, and no name of a server.
const beyondMark = '>'

/** How TLS is spoken with the origin of a call, and beyond it; the same one = that makes no difference. */
export interface TlsOfOrigins {
  readonly tls: ClientTls
  readonly beyond: ClientTls
}

/**
 * What a client's connections share from one reading of its certificates to the next: TLS, its sessions, the pools.
 * A call stays with the generation it began with; one that is replaced ends when its last call has.
 */
export class Generation {
  /** Calls that are not over. */
  calls = 0
  readonly pools = new Map<string, Pool>()
  readonly upstreams = new Set<Upstream>()
  readonly context: DialContext
  readonly #settings: ClientSettings
  readonly #environmentProxy: EnvironmentProxy
  readonly #isDirect: (host: string, port: number) => boolean
  readonly #onForget: (gone: Upstream | Pool) => void
  /** By origin, in each way it was written. */
  readonly #byText = new Map<string, Upstream>()
  readonly #onQuiet = new Set<() => void>()
  #isRetired = false
  #isClosed = false

  /** @param onForget called with dropped pools and their counters */
  constructor (
    settings: ClientSettings,
    { tls, beyond }: TlsOfOrigins,
    environmentProxy: EnvironmentProxy,
    peers: Peers,
    onForget: (gone: Upstream | Pool) => void
  ) {
    const { transport, own } = settings
    const sessions = new Sessions()
    this.context = {
      tls,
      sessions,
      servername: own?.servername ?? null,
      beyond: { tls: beyond, sessions: beyond === tls ? sessions : new Sessions(), servername: null },
      http2: own?.http2 ?? false,
      maxConnections: own?.maxConnections ?? Infinity,
      maxAge: own?.maxConnectionAge ?? Infinity,
      transport,
      sockets: new Set<Socket>(),
      peers,
      turns: new Turns(),
      idle: 0
    }
    this.#isDirect = own?.noProxy === undefined ? () => false : createNoProxy(own.noProxy)
    this.#settings = settings
    this.#environmentProxy = environmentProxy
    this.#onForget = onForget
  }

  /**
   * Finds the way to an origin. The text is parsed the first time only.
   *
   * @param servername server name of the call; null = its host
   * @param address IP address to connect to; null = what its host leads to
   * @throws {FG_ERR_HTTP_CLIENT_REQUEST} if it is not an http or https origin
   * @throws {FG_ERR_HTTP_CLIENT_CLOSED} after `destroy`
   */
  find (origin: string, servername: string | null = null, address: string | null = null): Upstream {
    if (servername !== null || address !== null) {
      const mark = `${servername ?? ''} ${address ?? ''} `
      return this.#byText.get(mark + origin) ?? this.#resolve(origin, mark, servername, address)
    }
    return this.#byText.get(origin) ?? this.#resolve(origin, '', null)
  }

  /** Closes the idle connections to an address, as soon as they are idle: no calls are expected there any more. */
  forsake (origin: string, address: string): void {
    this.#byText.get(` ${address} ${origin}`)?.pool.rest()
  }

  /** Finds the way to an origin that a redirect leads to, away from where the call began. */
  findBeyond (origin: string): Upstream {
    const { tls, servername, beyond } = this.context
    return beyond.tls === tls && servername === null
      ? this.find(origin)
      : this.#byText.get(beyondMark + origin) ?? this.#resolve(origin, beyondMark, null)
  }

  /** Finds the proxy on the way to an origin; null = there is none. */
  findProxy ({ protocol, host, port }: Pick<ReturnType<typeof readOrigin>, 'protocol' | 'host' | 'port'>): ProxySettings | null {
    return this.#isDirect(host, port) ? null : this.#settings.proxy ?? this.#environmentProxy(protocol, host, port)
  }

  enter (): void {
    this.calls++
  }

  leave (): void {
    if (--this.calls === 0) for (const resolve of this.#onQuiet) resolve()
  }

  /** Waits until no call runs, but no longer than `timeout` ms (0 = no limit), and closes everything. */
  async close (timeout: number): Promise<void> {
    this.#isRetired = true
    for (const pool of this.pools.values()) pool.retire()
    if (this.calls > 0) {
      await new Promise<void>((resolve) => {
        const timer = timeout > 0 ? setTimeout(quiet, timeout) : undefined
        const onQuiet = this.#onQuiet.add(quiet)
        function quiet (): void {
          clearTimeout(timer)
          onQuiet.delete(quiet)
          resolve()
        }
      })
    }
    await this.destroy(new ClientError('FG_ERR_HTTP_CLIENT_CLOSED', 'the client was closed before the response was complete'))
  }

  /** Ends every connection and every dial at once, and waits until their sockets are closed. */
  async destroy (error: Error): Promise<void> {
    this.#isClosed = true
    this.#byText.clear()
    await Promise.all(Array.from(this.pools.values(), (pool) => pool.destroy(error)))
    const { sockets } = this.context
    await Promise.all(Array.from(sockets, (socket) => new Promise<void>((resolve) => {
      socket.once('close', () => { resolve() })
      socket.destroy()
    })))
    for (const [key, pool] of this.pools) this.#forgetPool(key, pool)
    for (const upstream of this.upstreams) this.#forget(upstream)
  }

  #resolve (text: string, mark: string, servername: string | null, ip: string | null = null): Upstream {
    if (this.#isClosed) throw new ClientError('FG_ERR_HTTP_CLIENT_CLOSED', 'the client was closed before the next request of the call')
    const address = readOrigin(text)
    const upstream = this.#byText.get(mark + address.origin) ?? this.#create(address, mark, servername, ip)
    if (this.#byText.size >= maxSpellings) {
      this.#byText.clear()
      for (const known of this.upstreams) this.#byText.set(known.mark + known.origin, known)
    }
    this.#byText.set(mark + text, upstream)
    return upstream
  }

  #create (address: ReturnType<typeof readOrigin>, mark: string, servername: string | null, ip: string | null): Upstream {
    if (this.upstreams.size >= maxUpstreams) this.#evict()
    const proxy = this.findProxy(address)
    const { key, ...destination } = chooseDestination(address, proxy, mark === beyondMark, servername, ip)
    let pool = this.pools.get(key)
    if (pool === undefined) {
      this.pools.set(key, pool = this.#createPool(destination))
      if (this.#isRetired) pool.retire()
    }
    const upstream = new Upstream(address.origin, pool, proxy, mark)
    this.upstreams.add(upstream)
    this.#byText.set(mark + address.origin, upstream)
    return upstream
  }

  #createPool (destination: Destination): Pool {
    const mayShare = this.context.http2 && destination.tls && !destination.isProxy
    return mayShare ? new SharedPool(destination, this.context) : new Pool(destination, this.context)
  }

  #evict (): void {
    for (const upstream of this.upstreams) {
      if (this.upstreams.size <= maxUpstreams / 2) break
      this.#forget(upstream)
    }
    for (const [text, upstream] of this.#byText) if (!this.upstreams.has(upstream)) this.#byText.delete(text)
    for (const [key, pool] of this.pools) if (pool.isEmpty) this.#forgetPool(key, pool)
  }

  #forgetPool (key: string, pool: Pool): void {
    this.pools.delete(key)
    this.#onForget(pool)
  }

  #forget (upstream: Upstream): void {
    this.upstreams.delete(upstream)
    this.#onForget(upstream)
  }
}
