import { promisify } from 'node:util'
import { gzip as zipped } from 'node:zlib'
import type { FeatureClient } from '@floodgate/core'
import type { OtelEnvironment, Signal } from '../environment.ts'
import type { OtlpSettings } from '../options.ts'
import { originOf } from './collector-origin.ts'
import { encodingOf } from './encoding/otlp-encoding.ts'
import { quoteGrpcMessage, readFailureReason } from './failure-reason.ts'
import { readPartialSuccess, type PartialSuccess } from './partial-success.ts'
import { createTransport, type CollectorAnswer, type Post, type Transport } from './post.ts'

/** What became of a request to a collector. */
export type Delivery =
  | { readonly ok: true, readonly partial: PartialSuccess | null }
  /**
   * @property mayRepeat the collector may take it later
   * @property after ms that it asks to wait until then; 0 = it does not say
   */
  | { readonly ok: false, readonly reason: string, readonly mayRepeat: boolean, readonly after: number }

/** Sends data to one collector. */
export interface Collector {
  /** Address for logs. */
  readonly origin: string
  /** @param payload the request in protobuf */
  send (signal: Signal, payload: Uint8Array): Promise<Delivery>
  close (): Promise<void>
}

export interface CollectorOptions {
  readonly settings: OtlpSettings
  /** Headers of `telemetry/opentelemetry-security`. */
  readonly headers: Readonly<Record<string, string>>
  /** How collectors are called, as the environment says; its headers come after those of the settings. */
  readonly calls: OtelEnvironment['calls']
  readonly client: Pick<FeatureClient, 'dispatch'>
}

const compress = promisify(zipped)

const services = {
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  metrics: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export'
} as const

/** Status codes of HTTP and gRPC after which a request may be sent again (OTLP specification 1.x, "Failures"). */
const repeatable: ReadonlySet<number> = new Set([429, 502, 503, 504])
const repeatableCodes: ReadonlySet<number> = new Set([1, 4, 8, 10, 11, 14, 15])

/** Longest time that a collector can ask to wait, in ms. */
const maxWait = 300_000

function refusal (answer: CollectorAnswer): Delivery {
  const { status, fields } = answer
  const mayRepeat = repeatable.has(status)
  const reason = `it answered with status ${status}${readFailureReason(answer)}`
  return { ok: false, reason, mayRepeat, after: mayRepeat ? readRetryAfter(fields['retry-after']) : 0 }
}

/** Reads `Retry-After`: seconds, or a date (RFC 9110, 10.2.3). */
function readRetryAfter (value: string | string[] | undefined): number {
  const text = String(value ?? '').trim()
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now()
  return wait > 0 ? Math.min(wait, maxWait) : 0
}

/** Creates the collector of an exporter: OTLP over HTTP, or over gRPC. */
export async function createCollector (options: CollectorOptions): Promise<Collector> {
  const origin = originOf(options.settings)
  if (options.settings.use_http === true) return overHttp(origin, options)
  // Without TLS no client negotiates HTTP/2: gRPC begins with it.
  if (origin.startsWith('http:')) return overGrpc(origin, options, (await import('./plain-http2.ts')).createPlainHttp2(Math.max(options.calls.traces.timeout, options.calls.metrics.timeout)))
  return overGrpc(origin, options, createTransport(options.client))
}

function overHttp (origin: string, { settings, client, headers: own, calls }: CollectorOptions): Collector {
  const transport = createTransport(client)
  const paths = { traces: '/v1/traces', metrics: '/v1/metrics' } as const
  const encodings = { traces: encodingOf(settings, calls.traces), metrics: encodingOf(settings, calls.metrics) }
  return {
    origin,
    async send (signal, payload) {
      const { headers, timeout, gzip } = calls[signal]
      const { contentType, encode } = encodings[signal]
      const content = encode(signal, payload)
      const request: Post = {
        origin,
        path: paths[signal],
        headers: { ...headers, ...own, 'content-type': contentType, ...gzip && { 'content-encoding': 'gzip' } },
        body: gzip ? await compress(content) : Buffer.from(content.buffer, content.byteOffset, content.byteLength),
        timeout
      }
      const answer = await transport.send(request)
      const { status, fields, body } = answer
      if (status < 200 || status > 299) return refusal(answer)
      const type = String(fields['content-type'] ?? '')
      // A page of something else: data that it "accepts" would be lost without a word.
      if (type.startsWith('text/html')) {
        return { ok: false, reason: `it answered with a page (${type}): no collector is at this address`, mayRepeat: false, after: 0 }
      }
      return { ok: true, partial: body === null ? null : readPartialSuccess(signal, body, type.includes('json')) }
    },
    close: () => transport.close()
  }
}

/** One call of gRPC: a message with its length in front of it, and the status in the trailers (gRPC over HTTP/2). */
function overGrpc (
  origin: string,
  { headers: own, calls }: CollectorOptions,
  transport: Transport
): Collector {
  return {
    origin,
    async send (signal, payload) {
      const { headers, timeout, gzip } = calls[signal]
      const message = gzip ? await compress(payload) : payload
      const frame = Buffer.alloc(5 + message.length)
      if (gzip) frame[0] = 1
      frame.writeUInt32BE(message.length, 1)
      frame.set(message, 5)
      const answer = await transport.send({
        origin,
        path: services[signal],
        headers: {
          ...headers,
          ...own,
          'content-type': 'application/grpc+proto',
          te: 'trailers',
          // At most eight digits (gRPC over HTTP/2, "Timeout").
          'grpc-timeout': timeout < 1e8 ? `${timeout}m` : `${Math.floor(timeout / 1000)}S`,
          ...gzip && { 'grpc-encoding': 'gzip' }
        },
        body: frame,
        timeout
      })
      const { status, fields, body } = answer
      if (status !== 200) return refusal(answer)
      const code = Number(fields['grpc-status'] ?? Number.NaN)
      if (code === 0) return { ok: true, partial: body === null ? null : readPartialSuccess(signal, body.subarray(5), false) }
      const reason = Number.isNaN(code)
        ? 'it did not answer in gRPC'
        : `it answered with gRPC status ${code}${quoteGrpcMessage(fields['grpc-message'])}`
      return { ok: false, reason, mayRepeat: repeatableCodes.has(code), after: 0 }
    },
    close: () => transport.close()
  }
}
