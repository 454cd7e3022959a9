import net, { type Socket } from 'node:net'
import { listen, trackSockets, type Teardown } from './origin.ts'
import { resolveTest } from './forward-proxy.ts'

export interface SocksProxyOptions {
  /** `user:password` that it asks for (RFC 1929); absent = open to all. */
  auth?: string
  /** Called with each request that arrives. */
  onRequest?: (request: SeenBySocks) => void
}

/** What a SOCKS proxy was asked. */
export interface SeenBySocks {
  /** `host:port` as it was sent: a name stays a name. */
  readonly target: string
  readonly addressType: 'ipv4' | 'name' | 'ipv6'
  /** `user:password`; null = none sent. */
  readonly credentials: string | null
}

export interface SocksProxy {
  /** `socks5://127.0.0.1:port` */
  readonly url: string
  /** `127.0.0.1:port`, to put credentials in front of. */
  readonly host: string
  readonly port: number
  readonly seen: SeenBySocks[]
  /** Connections accepted so far, and the sockets open now, those to the origins included. */
  accepted: number
  readonly sockets: Set<Socket>
}

/** A reader of exact numbers of bytes, and what came after the last one. */
type Take = (bytes: number) => Promise<Buffer>

const addressTypes = { 1: 'ipv4', 3: 'name', 4: 'ipv6' } as const

/** Starts a real SOCKS5 proxy on a loopback port, and takes it down with the test. */
export async function startSocksProxy (t: Teardown, options: SocksProxyOptions = {}): Promise<SocksProxy> {
  const seen: SeenBySocks[] = []
  const server = createSocksProxy({ ...options, onRequest: (request) => { seen.push(request) } })
  const sockets = trackSockets(server)
  const port = await listen(server)
  const host = `127.0.0.1:${port}`
  const proxy: SocksProxy = { url: `socks5://${host}`, host, port, seen, accepted: 0, sockets }
  server.on('connection', () => { proxy.accepted++ })
  t.teardown(() => new Promise<void>((resolve) => {
    server.close(() => { resolve() })
    for (const socket of sockets) socket.destroy()
  }))
  return proxy
}

/**
 * Makes the server of a SOCKS5 proxy (RFC 1928, user and password of RFC 1929), not listening yet; names in `.test`
 * lead to 127.0.0.1. It emits `outgoing` for each socket it opens itself.
 */
export function createSocksProxy ({ auth, onRequest }: SocksProxyOptions): net.Server {
  const server = net.createServer((socket) => {
    socket.on('error', () => {})
    serve(socket).catch(() => { socket.destroy() })
  })
  return server

  async function serve (socket: Socket): Promise<void> {
    const take = taker(socket)
    const [, methods = 0] = await take(2)
    const offered = await take(methods)
    const method = auth === undefined ? 0 : 2
    if (!offered.includes(method)) {
      socket.end(Buffer.from([5, 0xff]))
      return
    }
    socket.write(Buffer.from([5, method]))
    const credentials = method === 2 ? await readCredentials(take) : null
    if (credentials !== null) {
      socket.write(Buffer.from([1, credentials === auth ? 0 : 1]))
      if (credentials !== auth) {
        socket.end()
        return
      }
    }
    const [, , , type = 0] = await take(4)
    const address = await readAddress(take, type)
    const targetPort = (await take(2)).readUInt16BE(0)
    onRequest?.({ target: `${address}:${targetPort}`, addressType: addressTypes[type as 1 | 3 | 4], credentials })
    const rest = await take(-1)
    const outgoing = net.connect(targetPort, resolveTest(address), () => {
      socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]))
      if (rest.length > 0) outgoing.write(rest)
      outgoing.pipe(socket).pipe(outgoing)
    })
    server.emit('outgoing', outgoing)
    outgoing.on('error', () => { socket.end(Buffer.from([5, 5, 0, 1, 0, 0, 0, 0, 0, 0])) })
    socket.on('close', () => { outgoing.destroy() })
  }
}

async function readCredentials (take: Take): Promise<string> {
  const [, userLength = 0] = await take(2)
  const user = await take(userLength)
  const [passwordLength = 0] = await take(1)
  return `${user}:${await take(passwordLength)}`
}

async function readAddress (take: Take, type: number): Promise<string> {
  if (type === 1) return [...await take(4)].join('.')
  if (type === 4) return ((await take(16)).toString('hex').match(/.{4}/g) ?? []).join(':')
  const [length = 0] = await take(1)
  return (await take(length)).toString()
}

/** Reads a socket by exact numbers of bytes; -1 stops reading and gives what has come so far. */
function taker (socket: Socket): Take {
  let buffered = Buffer.alloc(0)
  let wake = (): void => {}
  const onData = (data: Buffer): void => {
    buffered = Buffer.concat([buffered, data])
    wake()
  }
  socket.on('data', onData)
  return async function take (bytes) {
    if (bytes < 0) {
      socket.off('data', onData)
      socket.pause()
      return buffered
    }
    while (buffered.length < bytes) await new Promise<void>((resolve) => { wake = resolve })
    const taken = buffered.subarray(0, bytes)
    buffered = buffered.subarray(bytes)
    return taken
  }
}
