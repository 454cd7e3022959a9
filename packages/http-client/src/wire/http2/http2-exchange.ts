import { validateHeaderName, validateHeaderValue } from 'node:http'
import http2, { type ClientHttp2Session, type ClientHttp2Stream, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2'
import type { Socket } from 'node:net'
import { stringify } from 'node:querystring'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import type { HopTransport, HopRequest } from '../../call/hop-transport.ts'
import { ClientError } from '../../call/client-error.ts'
import { ConnectionLost, StreamRefused, StreamReset } from '../../errors.ts'
import { isEmptyBody, isReplayable, isStreamed, type RequestBody } from '../../call/request-body.ts'
import { linesForHttp2 } from './one-line-fields.ts'
import { readFields } from '../../call/request-headers.ts'

const { NGHTTP2_CANCEL, NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } = http2.constants
const canceled = new Error('the exchange was cancelled')
const codeNames = new Map(
  Object.entries(http2.constants).flatMap(
    ([name, code]) =>
      /^NGHTTP2_[A-Z0-9_]+$/.test(name) && !/^NGHTTP2_(?:FLAG|ERR|SETTINGS|SESSION|STREAM|HCAT|NV|DEFAULT)_?/.test(name) ? [[code, name.slice(8)] as const] : []
  )
)

/** The connection that a stream belongs to. */
export interface StreamOwner {
  /** `host:port` of the origin, for `:authority`. */
  readonly authority: string
  /** Why it was ended from here; null = it was not. */
  readonly reason: Error | null
  readonly isLost: boolean
  /** Whether the request that is sent now is not its first one. */
  use (): boolean
  /** Sends a ping if a request had no response. */
  doubt (): void
  /** A stream is over. */
  leave (): void
}

/** One request and its answer over a stream: to a call what a connection of its own is. */
export class Http2Exchange implements HopTransport {
  readonly reportsReads = false
  readonly #connection: StreamOwner
  readonly #session: ClientHttp2Session
  #stream: ClientHttp2Stream | null = null
  #hop: HopRequest | null = null
  #body: Readable | null = null
  /** Cuts an upload. */
  #cutter: AbortController | null = null
  #isOver = false
  #isAnswered = false
  #hasLeft = false

  constructor (connection: StreamOwner, session: ClientHttp2Session) {
    this.#connection = connection
    this.#session = session
  }

  get socket (): Socket | undefined { return this.#session.destroyed ? undefined : this.#session.socket as Socket }

  send (hop: HopRequest): void {
    this.#hop = hop
    try {
      const headers = writeHeaders(hop, this.#connection.authority)
      hop.onSending(this.#connection.use())
      if (!this.#isOver) this.#send(headers, hop.body)
    } catch (error) {
      this.#fail(error as Error)
    }
    if (this.#stream === null) this.#leave()
  }

  pause (): void { this.#stream?.pause() }

  resume (): void { this.#stream?.resume() }

  cancel (): void {
    this.#hop = null
    this.#fail(canceled)
  }

  #send (headers: OutgoingHttpHeaders, body: RequestBody): void {
    const hop = this.#hop!
    let stream: ClientHttp2Stream
    try {
      if (!isEmptyBody(body) && !isReplayable(body)) this.#cutter = new AbortController()
      const options = { endStream: isEmptyBody(body), ...this.#cutter && { signal: this.#cutter.signal } }
      stream = this.#stream = this.#session.request(headers, options)
    } catch (cause) {
      // The session goes away, or has no number left for a stream.
      if ((cause as NodeJS.ErrnoException).code?.startsWith('ERR_HTTP2_HEADER') || (cause as NodeJS.ErrnoException).code?.startsWith('ERR_HTTP2_INVALID_')) throw describeInvalid(cause, this.#connection.authority)
      throw new StreamRefused({ cause })
    }
    let trailers: string[] = []
    let missing = 0
    stream.on('headers', (headers: IncomingHttpHeaders, _flags: number, raw: string[]) => {
      if (!this.#isOver) hop.onInterim(Number(headers[':status']), dropPseudo(raw), '')
    })
    stream.once('response', (headers: IncomingHttpHeaders, _flags: number, raw: string[]) => {
      if (this.#isOver) return
      this.#isAnswered = true
      missing = stream.endAfterHeaders ? 0 : Number(headers['content-length'] ?? 0)
      hop.onHead(Number(headers[':status']), dropPseudo(raw), '')
      if (this.#isOver) return
      // A stream that the hop has paused stays so.
      stream.on('data', (chunk: Buffer) => {
        missing -= chunk.length
        if (!this.#isOver) hop.onBody(chunk)
      })
    })
    stream.once('trailers', (_headers: IncomingHttpHeaders, _flags: number, raw: string[]) => { trailers = dropPseudo(raw) })
    // A stream that the server broke off without a reason ends as well.
    stream.once('end', () => {
      if (this.#isAnswered && stream.rstCode === NGHTTP2_NO_ERROR && missing <= 0) this.#complete(trailers)
      // Node never says `close` of a stream that the server resets without an error while something is still to be written.
      if (stream.closed && !stream.writableFinished) setImmediate(() => { stream.destroy() })
    })
    stream.on('error', () => {})
    stream.once('close', () => {
      this.#leave()
      this.#fail(this.#describeEnd(stream.rstCode))
    })
    this.#upload(stream, body, Number(headers['content-length'] ?? NaN))
  }

  #upload (stream: ClientHttp2Stream, body: RequestBody, length: number): void {
    if (isEmptyBody(body) || isReplayable(body)) {
      if (!isEmptyBody(body)) stream.end(body)
      this.#hop?.onSent()
      return
    }
    const source = this.#body = toReadable(body)
    let sent = 0
    let isWhole = false
    source.on('data', (chunk: Buffer | string) => {
      if (this.#isOver) return
      sent += Buffer.byteLength(chunk)
      if (!stream.write(chunk)) source.pause()
    })
    stream.on('drain', () => { source.resume() })
    const onEnd = (): void => {
      if (this.#isOver || isWhole) return
      isWhole = true
      if (sent !== length && !Number.isNaN(length)) {
        this.#fail(new ClientError('FG_ERR_HTTP_CLIENT_REQUEST', `the request to ${this.#connection.authority} cannot be sent: its body has ${sent} bytes, but its Content-Length is ${length}`))
        return
      }
      stream.end()
      this.#hop?.onSent()
    }
    source.once('end', onEnd)
    source.on('error', (error) => { if (!isWhole) this.#fail(error) })
    source.once('close', () => { if (!isWhole) this.#fail(Object.assign(new Error('the stream of the request body closed before its end'), { code: 'UND_ERR_ABORTED' })) })
    if (source.readableEnded) onEnd()
    else if (source.destroyed) this.#fail(Object.assign(new Error('the stream of the request body was closed before it was read'), { code: 'UND_ERR_ABORTED' }))
  }

  #complete (trailers: string[]): void {
    if (this.#isOver) return
    this.#isOver = true
    // The server may answer without having read everything.
    if (this.#stream!.writableEnded) this.#leave()
    else this.#cancel()
    this.#hop?.onEnd(trailers)
  }

  #fail (error: Error): void {
    if (this.#isOver) return
    this.#isOver = true
    const isOpen = this.#stream !== null && !this.#stream.closed
    if (isOpen && !this.#isAnswered) this.#connection.doubt()
    this.#cancel()
    this.#hop?.onFailure(error, this.#isAnswered)
  }

  /** Ends the stream. To close it would first say that the upload is complete (END_STREAM before RST_STREAM): that is cut. */
  #cancel (): void {
    this.#body?.pause()
    const stream = this.#stream
    if (stream === null || stream.destroyed) return
    if (stream.writableEnded || this.#cutter === null) {
      stream.close(NGHTTP2_CANCEL)
      stream.resume()
    } else {
      this.#cutter.abort()
    }
  }

  #leave (): void {
    if (this.#hasLeft) return
    this.#hasLeft = true
    this.#connection.leave()
  }

  #describeEnd (code: number | undefined): Error {
    if (this.#connection.reason !== null) return this.#connection.reason
    if (code === NGHTTP2_REFUSED_STREAM) return new StreamRefused()
    if (this.#connection.isLost) return new ConnectionLost()
    return new StreamReset(codeNames.get(code ?? -1) ?? String(code))
  }
}

function writeHeaders ({ path, method, headers, body, query, upgrade }: HopRequest, authority: string): OutgoingHttpHeaders {
  if (upgrade || method === 'CONNECT') throw new ClientError('FG_ERR_HTTP_CLIENT_REQUEST', `the request to ${authority} cannot be sent: an upgrade requires HTTP/1.1, but http2 is set`)
  const written: OutgoingHttpHeaders = { ':method': method, ':scheme': 'https', ':authority': authority, ':path': query === undefined || query === null ? path : `${path}?${stringify(query as Record<string, string>)}` }
  try {
    for (const [name, value] of readFields(headers)) {
      if (name === 'http2-settings' || name === 'expect') continue
      if (name === 'host') {
        // RFC 9113, 8.3.1.
        written[':authority'] = String(value)
        continue
      }
      const values = Array.isArray(value) ? value : [value]
      validateHeaderName(name)
      for (const one of values) validateHeaderValue(name, one)
      const before = written[name]
      const lines = before === undefined ? values : [before, values].flat() as string[]
      written[name] = lines.length === 1 ? lines[0] : linesForHttp2(name, lines)
    }
  } catch (error) {
    throw describeInvalid(error, authority)
  }
  if (!isEmptyBody(body) && isReplayable(body)) written['content-length'] ??= Buffer.byteLength(body)
  return written
}

function describeInvalid (cause: unknown, authority: string): ClientError {
  return new ClientError('FG_ERR_HTTP_CLIENT_REQUEST', `the request to ${authority} cannot be sent: ${(cause as Error).message}`, { cause })
}

/** Names and values without pseudo-headers. */
function dropPseudo (raw: readonly string[]): string[] {
  const fields: string[] = []
  for (let i = 0; i + 1 < raw.length; i += 2) if (!raw[i]!.startsWith(':')) fields.push(raw[i]!, raw[i + 1]!)
  return fields
}

function toReadable (body: RequestBody): Readable {
  if (isStreamed(body)) return typeof (body as Readable).pipe === 'function' ? body as Readable : Readable.from(body, { objectMode: false })
  return Readable.fromWeb(new Response(body as Blob).body as ReadableStream)
}
