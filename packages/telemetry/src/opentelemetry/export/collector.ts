import { promisify } from 'node:util'
import { gzip as zipped } from 'node:zlib'
import type { FeatureClient } from '@floodgate/core'
import type { OtelEnvironment, Signal } from '../environment.ts'
import type { OtlpSettings } from '../options.ts'
import { createTransport, type Post, type Transport } from './post.ts'

/** What became of a request to a collector. */
export type Delivery =
  | { readonly ok: true }
  /** @property mayRepeat the collector may take it later */
  | { readonly ok: false, readonly reason: string, readonly mayRepeat: boolean }

/** Sends protobuf to one collector. */
export interface Collector {
  /** Address for logs. */
  readonly origin: string
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

/** Writes the address of an exporter: `https://` in front of the host asks for TLS, as in the reference. */
function originOf ({ host, port = 4317 }: Pick<OtlpSettings, 'host' | 'port'>): string {
  const isSecure = host.startsWith('https://')
  const name = host.replace(/^https?:\/\//, '').replace(/\/.*$/, '')
  return `${isSecure ? 'https' : 'http'}://${name.includes(':') && !name.startsWith('[') ? `[${name}]` : name}:${port}`
}

/** Creates the collector of an exporter: OTLP over HTTP, or over gRPC. */
export async function createCollector (options: CollectorOptions): Promise<Collector> {
  const origin = originOf(options.settings)
  if (options.settings.use_http === true) return overHttp(origin, options)
  // Without TLS no client negotiates HTTP/2: gRPC begins with it.
  if (origin.startsWith('http:')) return overGrpc(origin, options, (await import('./plain-http2.ts')).createPlainHttp2(Math.max(options.calls.traces.timeout, options.calls.metrics.timeout)))
  return overGrpc(origin, options, createTransport(options.client))
}

function overHttp (origin: string, { client, headers: own, calls }: CollectorOptions): Collector {
  const transport = createTransport(client)
  const paths = { traces: '/v1/traces', metrics: '/v1/metrics' } as const
  return {
    origin,
    async send (signal, payload) {
      const { headers, timeout, gzip } = calls[signal]
      const request: Post = {
        origin,
        path: paths[signal],
        headers: { ...headers, ...own, 'content-type': 'application/x-protobuf', ...gzip && { 'content-encoding': 'gzip' } },
        body: gzip ? await compress(payload) : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength),
        timeout
      }
      const { status } = await transport.send(request)
      if (status >= 200 && status < 300) return { ok: true }
      return { ok: false, reason: `it answered with status ${status}`, mayRepeat: repeatable.has(status) }
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
      const { status, fields } = await transport.send({
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
      if (status !== 200) return { ok: false, reason: `it answered with status ${status}`, mayRepeat: repeatable.has(status) }
      const code = Number(fields['grpc-status'] ?? Number.NaN)
      if (code === 0) return { ok: true }
      const text = fields['grpc-message']
      const reason = Number.isNaN(code)
        ? 'it did not answer in gRPC'
        : `it answered with gRPC status ${code}${text === undefined ? '' : ` (${String(text)})`}`
      return { ok: false, reason, mayRepeat: repeatableCodes.has(code) }
    },
    close: () => transport.close()
  }
}
