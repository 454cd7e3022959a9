import type { FeatureClient } from '@floodgate/core'
import type { OtlpSettings } from '../options.ts'
import { createTransport, type Post, type Transport } from './post.ts'

export type Signal = 'traces' | 'metrics'

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
  readonly client: Pick<FeatureClient, 'dispatch'>
  /** ms for one request. */
  readonly timeout: number
}

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
  if (origin.startsWith('http:')) return overGrpc(origin, options, (await import('./plain-http2.ts')).createPlainHttp2(options.timeout))
  return overGrpc(origin, options, createTransport(options.client))
}

function overHttp (origin: string, { client, headers, timeout }: CollectorOptions): Collector {
  const transport = createTransport(client)
  const paths = { traces: '/v1/traces', metrics: '/v1/metrics' } as const
  return {
    origin,
    async send (signal, payload) {
      const request: Post = {
        origin,
        path: paths[signal],
        headers: { ...headers, 'content-type': 'application/x-protobuf' },
        body: Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength),
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
  { headers, timeout }: CollectorOptions,
  transport: Transport
): Collector {
  return {
    origin,
    async send (signal, payload) {
      const frame = Buffer.alloc(5 + payload.length)
      frame.writeUInt32BE(payload.length, 1)
      frame.set(payload, 5)
      const { status, fields } = await transport.send({
        origin,
        path: services[signal],
        headers: { ...headers, 'content-type': 'application/grpc+proto', te: 'trailers', 'grpc-timeout': `${timeout}m` },
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
