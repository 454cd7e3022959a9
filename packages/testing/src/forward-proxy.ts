import http from 'node:http'
import https from 'node:https'
import net, { type Socket } from 'node:net'
import { listen, trackSockets, type Teardown } from './origin.ts'

export interface ForwardProxyOptions {
  /** `user:password` that it asks for; absent = open to all. */
  auth?: string
  /** Makes it an https:// proxy. */
  tls?: https.ServerOptions
  /** Answers everything with this status. */
  status?: number
  /** Answers nothing. */
  hang?: boolean
  /** Port to listen on. Default: a free one. */
  port?: number
  /** Where a name leads that exists only behind the proxy. Default: names in `.test` lead to 127.0.0.1. */
  resolve?: (host: string) => { host: string, port?: number } | undefined
  /** Called with each request that arrives. */
  onRequest?: (request: SeenByProxy) => void
}

/** What a proxy was asked: the method (`CONNECT` for tunnels) and the target as it stood on the request line. */
export interface SeenByProxy {
  readonly method: string
  readonly target: string
  readonly proxyAuthorization: string | null
  readonly headers: http.IncomingHttpHeaders
}

export interface ForwardProxy {
  /** `http://127.0.0.1:port`, or https. */
  readonly url: string
  /** `127.0.0.1:port`, to put credentials in front of. */
  readonly host: string
  readonly port: number
  readonly seen: SeenByProxy[]
  /** Connections accepted so far, and the sockets open now, those to the origins included. */
  accepted: number
  readonly sockets: Set<Socket>
}

const hopByHop: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'proxy-connection', 'proxy-authorization'])

/** Starts a real HTTP forward proxy (CONNECT and absolute-form) on a loopback port, and takes it down with the test. */
export async function startForwardProxy (t: Teardown, options: ForwardProxyOptions = {}): Promise<ForwardProxy> {
  const seen: SeenByProxy[] = []
  const server = createForwardProxy({
    ...options,
    onRequest (request) {
      seen.push(request)
      options.onRequest?.(request)
    }
  })
  const sockets = trackSockets(server)
  const port = await listen(server, options.port)
  const host = `127.0.0.1:${port}`
  const proxy: ForwardProxy = { url: `${options.tls ? 'https' : 'http'}://${host}`, host, port, seen, accepted: 0, sockets }
  server.on('connection', () => { proxy.accepted++ })
  t.teardown(() => new Promise<void>((resolve) => {
    server.close(() => { resolve() })
    for (const socket of sockets) socket.destroy()
  }))
  return proxy
}

/** Makes the server of a forward proxy, not listening yet; it emits `outgoing` for each socket it opens itself. */
export function createForwardProxy (options: ForwardProxyOptions = {}): http.Server {
  const wanted = options.auth === undefined ? null : `Basic ${Buffer.from(options.auth).toString('base64')}`
  const resolve = options.resolve ?? ((host) => ({ host: resolveTest(host) }))

  function note (request: http.IncomingMessage): boolean {
    const { 'proxy-authorization': proxyAuthorization = null, ...headers } = request.headers
    options.onRequest?.({ method: request.method ?? '', target: request.url ?? '', proxyAuthorization, headers })
    return wanted === null || proxyAuthorization === wanted
  }

  function track (socket: Socket): Socket {
    socket.on('error', () => {})
    server.emit('outgoing', socket)
    return socket
  }

  function leadTo (hostname: string, port: string): { host: string, port: number } {
    return { port: Number(port || 80), ...(resolve(hostname) ?? { host: hostname.replace(/^\[|\]$/g, '') }) }
  }

  function answer (request: http.IncomingMessage, response: http.ServerResponse): void {
    const allowed = note(request)
    if (options.hang) return
    if (options.status !== undefined) {
      response.writeHead(options.status, { 'content-type': 'text/plain' }).end('said by the proxy')
      return
    }
    if (!allowed) {
      response.writeHead(407, { 'proxy-authenticate': 'Basic' }).end()
      return
    }
    forward(request, response)
  }

  function forward (request: http.IncomingMessage, response: http.ServerResponse): void {
    const { hostname, port, pathname, search } = new URL(request.url ?? '', 'http://not-absolute-form.invalid')
    const outgoing = http.request({
      agent: false,
      ...leadTo(hostname, port),
      method: request.method,
      path: pathname + search,
      headers: withoutHop(request.rawHeaders)
    }, (incoming) => {
      response.writeHead(incoming.statusCode ?? 502, withoutHop(incoming.rawHeaders))
      incoming.pipe(response)
      incoming.on('aborted', () => { response.destroy() })
    })
    outgoing.on('socket', track)
    outgoing.on('error', () => {
      if (response.headersSent) response.destroy()
      else response.writeHead(502).end()
    })
    response.on('close', () => { outgoing.destroy() })
    request.pipe(outgoing)
  }

  function tunnel (request: http.IncomingMessage, socket: Socket, head: Buffer): void {
    const allowed = note(request)
    socket.on('error', () => {})
    if (options.hang) return
    if (options.status !== undefined) {
      socket.end(`HTTP/1.1 ${options.status} No\r\nContent-Length: 17\r\n\r\nsaid by the proxy`)
      return
    }
    if (!allowed) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n')
      return
    }
    const { hostname, port } = new URL(`http://${request.url}`)
    const outgoing = track(net.connect(leadTo(hostname, port), () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      outgoing.write(head)
      outgoing.pipe(socket).pipe(outgoing)
    }))
    outgoing.on('error', () => { socket.destroy() })
    socket.on('close', () => { outgoing.destroy() })
  }

  const server = options.tls ? https.createServer(options.tls, answer) : http.createServer(answer)
  server.on('connect', tunnel)
  server.on('tlsClientError', () => {})
  return server
}

/** Names in `.test` exist only behind the proxy. */
export function resolveTest (hostname: string): string {
  return hostname.endsWith('.test') ? '127.0.0.1' : hostname.replace(/^\[|\]$/g, '')
}

function withoutHop (raw: string[]): string[] {
  return raw.filter((_, i) => !hopByHop.has(raw[i - i % 2]!.toLowerCase()))
}
