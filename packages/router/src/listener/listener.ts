import http, { type RequestListener, type Server } from 'node:http'
import http2, { type ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import type { Service } from '@floodgate/core'
import { timerTime } from '@floodgate/go/duration'
import { endDeadSessions } from '../front/dead-sessions.ts'
import { guardSession } from '../front/guard-session.ts'
import { addFront, createReceiver } from '../front/receive.ts'
import { ListenerCertificates } from '@floodgate/tls'

/** Interval at which Node checks for slow connections: its default, or a quarter of the shortest limit. */
const LONGEST_CHECK = 30_000
const SHORTEST_CHECK = 100
/** First bytes of an HTTP/2 client with prior knowledge (RFC 9113, section 3.4). */
const PREFACE = Buffer.from('PRI * HTTP/2')

/** Concurrent requests of one HTTP/2 connection (as in Go's net/http). */
const MOST_STREAMS = 250
/** Overhead of a header field in addition to name and value (RFC 9113, section 6.5.2). */
const FIELD_OVERHEAD = 32

/** Methods of `http.Server` that HTTP/2 servers lack and that Fastify calls on close. */
interface Closable {
  closeIdleConnections (): void
  closeAllConnections (): void
  closeHttp2Sessions? (): void
}

/**
 * Creates the server of a service: plain HTTP, with `use_h2c` also HTTP/2 on the same port, with `tls` HTTP/2 and
 * HTTP/1. Its limits (0 = none):
 *
 * - `read_timeout`: time within which the whole request, including the body, must arrive.
 * - `read_header_timeout`: time within which its headers must arrive; a minute if neither is set.
 * - `write_timeout`: a connection without any data for this long during a request is closed. (The reference counts from
 *   the request to the end of the response.)
 * - `idle_timeout`: how long a connection is kept open after a response.
 * - `max_header_bytes`: a larger header block is answered 431.
 *
 * @param certificates of its `tls`; by default its own, which it reads and follows
 * @throws {FG_ERR_CONFIG_SERVER_TLS} if the files of `tls` cannot be used
 */
export function createListener (
  service: Service,
  handler: RequestListener,
  certificates = service.tls && new ListenerCertificates(service.tls)
): Server {
  const { useH2c } = service
  const receive = createReceiver(handler)
  if (certificates !== null) return limit(createSecureServer(service, receive, certificates), service)
  const server = limit(http.createServer(receive), service)
  addFront(server, 'connection')
  if (useH2c) {
    const second = limit(http2.createServer(http2Limits(service), receive as never) as unknown as Server, service)
    addFront(second, null)
    speakBoth(server, second)
  }
  return server
}

/** The same limit in bytes of header fields as for HTTP/1, and {@link MOST_STREAMS}. */
function http2Limits ({ maxHeaderBytes }: Service): http2.ServerOptions {
  return {
    settings: { maxHeaderListSize: maxHeaderBytes, maxConcurrentStreams: MOST_STREAMS },
    maxHeaderListPairs: Math.ceil(maxHeaderBytes / FIELD_OVERHEAD)
  }
}

function createSecureServer (service: Service, handler: RequestListener, certificates: ListenerCertificates): Server {
  const { idleTimeout } = service
  const server = http2.createSecureServer({ ...certificates.options, ...http2Limits(service), allowHTTP1: true }, handler as never)
  addFront(server as unknown as Server, 'secureConnection')
  certificates.follow(server)
  const sessions = followSessions(server, idleTimeout)
  const { closeIdleConnections, closeAllConnections } = http.Server.prototype
  return Object.assign(server as unknown as Server, {
    closeIdleConnections () { closeIdleConnections.call(this as unknown as Server) },
    closeAllConnections () {
      closeAllConnections.call(this as unknown as Server)
      for (const session of sessions) session.destroy()
    },
    closeHttp2Sessions () { for (const session of sessions) session.close() }
  } satisfies Closable)
}

function limit (server: Server, { readTimeout, readHeaderTimeout, writeTimeout, idleTimeout, maxHeaderBytes }: Service): Server {
  const shortest = Math.min(...[readTimeout, readHeaderTimeout].filter((ms) => ms > 0), LONGEST_CHECK * 4)
  Object.assign(server, {
    requestTimeout: readTimeout,
    ...(readHeaderTimeout > 0 && { headersTimeout: readHeaderTimeout }),
    // Node waits a second longer.
    keepAliveTimeout: timerTime(idleTimeout + 1000) - 1000,
    maxHeaderSize: maxHeaderBytes,
    connectionsCheckingInterval: Math.max(SHORTEST_CHECK, shortest / 4)
  })
  if (writeTimeout > 0) server.setTimeout(timerTime(writeTimeout))
  return server
}

function followSessions (server: http2.Http2Server | http2.Http2SecureServer, idleTimeout: number): ReadonlySet<ServerHttp2Session> {
  const sessions = new Set<ServerHttp2Session>()
  endDeadSessions(server)
  server.on('session', (session: ServerHttp2Session) => {
    guardSession(session)
    sessions.add(session)
    session.once('close', () => { sessions.delete(session) })
    if (idleTimeout > 0) session.setTimeout(timerTime(idleTimeout), () => { session.close() })
  })
  return sessions
}

/** Passes connections that begin with HTTP/2's preface to the HTTP/2 server. */
function speakBoth (server: Server, second: Server): void {
  const first = server.listeners('connection') as ((socket: Socket) => void)[]
  const sessions = followSessions(second as unknown as http2.Http2Server, 0)
  const silent = new Set<Socket>()
  const { closeAllConnections, closeIdleConnections } = server
  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    let begun = Buffer.alloc(0)
    const look = (): void => {
      const chunk = socket.read() as Buffer | null
      if (chunk === null) return
      begun = Buffer.concat([begun, chunk])
      if (begun.length < PREFACE.length && PREFACE.subarray(0, begun.length).equals(begun)) return
      forget()
      socket.unshift(begun)
      if (begun.subarray(0, PREFACE.length).equals(PREFACE)) {
        // HTTP/1 servers allow half-open sockets. HTTP/2 would never close one whose client has closed it.
        socket.allowHalfOpen = false
        second.emit('connection', socket)
      } else for (const listener of first) listener.call(server, socket)
    }
    const give = (): void => { socket.destroy() }
    const forget = (): void => {
      silent.delete(socket)
      socket.off('readable', look).off('error', forget).off('close', forget).off('end', give).off('timeout', give).setTimeout(0)
    }
    silent.add(socket)
    // Until the first data arrives, no server applies its timeouts.
    socket.on('readable', look).on('error', forget).on('close', forget).on('end', give).on('timeout', give).setTimeout(timerTime(server.headersTimeout))
  })
  Object.assign(server, {
    closeIdleConnections () {
      closeIdleConnections.call(server)
      for (const socket of silent) socket.destroy()
    },
    closeAllConnections () {
      closeAllConnections.call(server)
      for (const socket of silent) socket.destroy()
      for (const session of sessions) session.destroy()
    },
    closeHttp2Sessions () { for (const session of sessions) session.close() }
  } satisfies Closable)
}
