import http from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import type net from 'node:net'
import type { TLSSocket, TlsOptions } from 'node:tls'
import zlib from 'node:zlib'
import fs from 'node:fs'
import path from 'node:path'
import { createForwardProxy, createSocksProxy, readAll, trackSockets } from '@floodgate/testing'
import { byteCycle } from './byte-cycle.ts'
import type { Route, Seen, ServerSpec } from './suite.ts'
import { createWireServer, type WireRoute } from './wire.ts'

/** A running server of a suite: the sockets it has, and how many it ever accepted. */
export interface SuiteServer {
  readonly port: number
  accepted: number
  /** Cuts all open connections. */
  cut (): void
  /** Stops listening and cuts; `up` takes the same port again. */
  down (): Promise<void>
  up (): Promise<void>
}

interface Context {
  name: string
  spec: ServerSpec
  certs: string
  seen: Seen[]
  fill: (text: string) => string
  ignored: () => ReadonlySet<string>
  /** Headers whose lines count one by one. */
  lines?: readonly string[] | undefined
  /** Whether all header lines are kept, as they came. */
  raw?: boolean
  /** Writes an answer's body in its own way, such as in pieces. */
  write?: (res: http.ServerResponse, payload: Buffer) => void
}

/** Starts what a suite's server spec says. A `refused` one has a port where nobody listens. */
export async function startServer (context: Context): Promise<SuiteServer> {
  const server = makers[context.spec.kind](context)
  if (server instanceof http.Server) server.keepAliveTimeout = 60_000 // idle connections outlive a slow suite
  const sockets = trackSockets(server)
  server.on('tlsClientError', () => {})
  const listen = (port: number) => new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  await listen(0)
  const { port } = server.address() as net.AddressInfo
  const cut = () => { for (const socket of sockets) socket.destroy() }
  const down = () => new Promise<void>((resolve) => { server.close(() => { resolve() }); cut() })
  const running: SuiteServer = { port, accepted: 0, cut, down, up: () => listen(port) }
  server.on('connection', () => { running.accepted++ })
  if (context.spec.kind === 'refused') await down()
  return running
}

const makers: Record<ServerSpec['kind'], (context: Context) => net.Server> = {
  http: upstream,
  https: upstream,
  http2: upstream,
  proxy: forwardProxy,
  socks5: socksProxy,
  refused: () => http.createServer(),
  wire: ({ name, spec, seen }) => createWireServer(name, spec.routes as WireRoute[], seen)
}

function tlsOptions ({ tls = {} }: ServerSpec, certs: string): TlsOptions {
  const pem = (name: string) => fs.readFileSync(path.join(certs, name))
  return {
    cert: pem(`${tls.cert ?? 'server-a'}.pem`),
    key: pem(`${tls.cert ?? 'server-a'}.key`),
    minVersion: (tls.minVersion ?? 'TLSv1.2') as 'TLSv1.2',
    maxVersion: (tls.maxVersion ?? 'TLSv1.3') as 'TLSv1.3',
    ...(tls.ciphers && { ciphers: tls.ciphers }),
    ...(tls.ecdhCurve && { ecdhCurve: tls.ecdhCurve }),
    ...(tls.clientCa && { ca: pem(`${tls.clientCa}.pem`), requestCert: true, rejectUnauthorized: tls.requireClientCert !== false })
  }
}

function upstream ({ name, spec, certs, seen, fill, ignored, lines, raw, write }: Context): net.Server {
  const routes: Route[] = (spec.routes as Route[] ?? []).map((route) => ({ method: 'GET', status: 200, ...route }))
  const calls = new Map<Route, number>()
  const answer: http.RequestListener = async (req, res) => {
    let body: string
    try {
      body = (await readAll(req)).toString()
    } catch {
      return // the gateway gave up while sending
    }
    const url = req.url!
    const pathname = url.split('?')[0]!
    const headers = Object.fromEntries(Object.entries(req.headers).filter(([header]) => !header.startsWith(':')))
    const entry: Seen = { server: name, method: req.method!, path: url, headers, body, ...req.httpVersion === '2.0' && { http: '2' } }
    if (lines) entry.lines = Object.fromEntries(lines.map((header) => [header, req.headersDistinct[header] ?? null]))
    if (raw) entry.raw = linesOf(req.rawHeaders)
    const socket = req.socket as TLSSocket & { servername?: string }
    if (socket.encrypted) {
      entry.tls = { version: socket.getProtocol(), cipher: socket.getCipher().standardName, servername: socket.servername || null, clientCert: socket.getPeerCertificate()?.subject?.CN ?? null }
    }
    seen.push(entry)
    let route = routes.find((r) => (r.method === '*' || r.method === req.method) && (r.path === pathname || r.path === url || (r.path.endsWith('*') && pathname.startsWith(r.path.slice(0, -1)))))
    if (!route) {
      res.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"no such route upstream"}')
      return
    }
    const call = calls.get(route) ?? 0
    calls.set(route, call + 1)
    if (route.answers) route = { ...route, ...route.answers[Math.min(call, route.answers.length - 1)] }
    if (route.delay) await new Promise((resolve) => setTimeout(resolve, route.delay))
    if (route.hangup) {
      req.socket.destroy()
      return
    }
    let payload = payloadOf(route, fill)
    if (route.echo) {
      const kept = Object.fromEntries(Object.entries(req.headers).filter(([header]) => !ignored().has(header)))
      payload = Buffer.from(JSON.stringify({ method: req.method, path: pathname, query: Object.fromEntries(new URL(url, 'http://x').searchParams), headers: kept, body }))
    }
    const answered = JSON.parse(fill(JSON.stringify(route.headers ?? { 'content-type': typeof route.body === 'string' ? 'text/plain' : 'application/json' })))
    if (route.gzip) answered['content-encoding'] = 'gzip'
    res.writeHead(route.status!, answered)
    if (route.truncate) {
      res.write(payload.subarray(0, payload.length / 2), () => { setTimeout(() => { req.socket.destroy() }, 50) })
      return
    }
    if (req.method === 'HEAD' || !write) res.end(req.method === 'HEAD' ? undefined : payload)
    else write(res, payload)
  }
  if (spec.kind === 'http2') return http2.createSecureServer(tlsOptions(spec, certs), answer as unknown as (req: http2.Http2ServerRequest, res: http2.Http2ServerResponse) => void)
  return spec.kind === 'https' ? https.createServer(tlsOptions(spec, certs), answer) : http.createServer(answer)
}

/** Pairs names with values, which `rawHeaders` has in turn. */
export function linesOf (rawHeaders: readonly string[]): [name: string, value: string][] {
  return Array.from({ length: rawHeaders.length / 2 }, (_, i) => [rawHeaders[2 * i]!, rawHeaders[2 * i + 1]!])
}

function payloadOf (route: Route, fill: (text: string) => string): Buffer {
  if (route.base64) return Buffer.from(route.base64, 'base64')
  if (route.bytes) return byteCycle(route.bytes)
  const text = route.body === undefined ? '' : fill(typeof route.body === 'string' ? route.body : JSON.stringify(route.body))
  return route.gzip ? zlib.gzipSync(text) : Buffer.from(text)
}

function forwardProxy ({ name, spec, certs, seen }: Context): net.Server {
  return createForwardProxy({
    ...(spec.auth !== undefined && { auth: spec.auth }),
    ...(spec.status !== undefined && { status: spec.status }),
    ...(spec.hang !== undefined && { hang: spec.hang }),
    ...(spec.tls && { tls: tlsOptions(spec, certs) }),
    onRequest ({ method, target, proxyAuthorization, headers }) { seen.push({ server: name, method, path: target, proxyAuthorization, headers }) }
  })
}

function socksProxy ({ name, spec, seen }: Context): net.Server {
  return createSocksProxy({
    ...(spec.auth !== undefined && { auth: spec.auth }),
    onRequest ({ target, credentials }) { seen.push({ server: name, method: 'SOCKS5', path: target, proxyAuthorization: credentials }) }
  })
}
