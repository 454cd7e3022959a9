import type { TLSSocket } from 'node:tls'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ClientIp, Endpoint, RequestTrace, ServiceHooks } from '@floodgate/core'
import type { Attribute, Histogram } from '../metrics/meter.ts'
import { setRecord } from '../request-record.ts'
import { beginTrace, type Recording, type Tracing } from '../telemetry.ts'
import { toEpoch, type SpanAttribute } from '../traces/span.ts'
import { readTraceParent } from '../traces/trace-context.ts'
import { countedBytes } from './count-body.ts'
import { headerAttributes } from './header-attributes.ts'
import type { Layers } from './layer-settings.ts'
import { methodOf, routeOf } from './routes.ts'

/** What this layer needs of the gateway. */
export interface GlobalLayerOptions {
  readonly layer: Layers['global']
  readonly clientIp: ClientIp
  /** Paths, or endpoints, that are not reported. */
  readonly skipped: ReadonlySet<string>
}

interface Points {
  readonly duration: Histogram
  readonly size: Histogram
}

/** Status that is reported for clients that disconnected before the response began, as in the access log. */
const clientGone = 499

/** The outermost layer: requests of clients, also those that match no endpoint. */
export function createGlobalLayer (recording: Recording, options: GlobalLayerOptions): ServiceHooks {
  const { layer: { metrics, spans, propagates }, skipped, clientIp } = options
  const { tracing } = recording
  const pointsOf = metrics === null || !recording.hasMetrics ? null : createPoints(recording, options.layer)
  const traces = tracing === null ? null : { tracing, spans }

  return {
    onRequest: function measureRequest (request, reply, done) {
      const endpoint = endpointOf(request)
      if (isSkipped(skipped, request, endpoint)) { done(); return }
      const start = performance.now()
      const begun = traces === null ? null : beginSpan(traces, request, propagates)
      setRecord(request, { reply, trace: begun?.trace ?? null })
      const ip = begun?.span?.isSampled === true ? clientIp(request) : ''
      const response = reply.raw
      response.on('close', () => {
        const end = performance.now()
        const status = response.headersSent ? response.statusCode : clientGone
        const size = sentBytes(reply)
        if (pointsOf !== null) {
          const points = pointsOf(endpoint, request, status)
          points.duration.record((end - start) / 1000)
          points.size.record(size)
        }
        if (begun?.span?.isSampled === true) {
          const { parent, span } = begun
          const route = nameRoute(endpoint, status)
          tracing!.take({
            traceId: span.traceId,
            spanId: span.spanId,
            parentId: parent?.spanId ?? '',
            isRemoteParent: parent !== null,
            state: span.state,
            name: pathOf(request.originalUrl),
            kind: 'server',
            start: toEpoch(start),
            end: toEpoch(end),
            status: 'ok',
            message: '',
            attributes: [
              ...describe(request, ip),
              ['krakend.stage', 'global'],
              ['http.route', route],
              ['http.response.status_code', status],
              ['http.response.body.size', size],
              ...spans!.attributes,
              ...spans!.headers ? headerAttributes('request', request.headers, spans!) : [],
              ...spans!.headers ? headerAttributes('response', reply.getHeaders(), spans!) : []
            ],
            events: []
          })
        }
      })
      done()
    }
  }
}

/** Where the trace of a request begins here: with a span of this layer, or with the client's alone. */
function beginSpan (
  { tracing, spans }: { readonly tracing: Tracing, readonly spans: unknown },
  request: FastifyRequest,
  propagates: boolean
): { readonly parent: RequestTrace | null, readonly span: RequestTrace | null, readonly trace: RequestTrace | null } {
  const { headers } = request
  const parent = propagates ? readTraceParent(headers.traceparent, headers.tracestate) : null
  const span = spans === null ? null : beginTrace(tracing, parent)
  return { parent, span, trace: span ?? parent }
}

/** Points are found by endpoint and status without writing their attributes. */
function createPoints (
  { meter, timeBounds, sizeBounds }: Recording,
  { metrics, isNewer }: Layers['global']
): (endpoint: Endpoint | null, request: FastifyRequest, status: number) => Points {
  const [durations, sizes] = isNewer
    ? ['http.server.request.duration', 'http.server.response.body.size'] as const
    : ['http.server.duration', 'http.server.response.size'] as const
  const byEndpoint = new WeakMap<Endpoint, Map<number, Points>>()
  const others = new Map<string, Points>()

  function make (request: FastifyRequest, endpoint: Endpoint | null, status: number): Points {
    const attributes: Attribute[] = [
      ['http.request.method', methodOf(request.method)],
      ['http.response.status_code', status],
      ['http.route', nameRoute(endpoint, status)],
      ['url.scheme', (request.raw.socket as TLSSocket).encrypted === true ? 'https' : 'http'],
      ...metrics!
    ]
    return {
      duration: meter.histogram(durations, '', timeBounds, attributes),
      size: meter.histogram(sizes, '', sizeBounds, attributes)
    }
  }

  return (endpoint, request, status) => {
    if (endpoint === null) {
      const key = `${methodOf(request.method)} ${status}`
      const points = others.get(key) ?? make(request, endpoint, status)
      others.set(key, points)
      return points
    }
    let byStatus = byEndpoint.get(endpoint)
    if (byStatus === undefined) byEndpoint.set(endpoint, byStatus = new Map())
    let points = byStatus.get(status)
    if (points === undefined) byStatus.set(status, points = make(request, endpoint, status))
    return points
  }
}

function describe (request: FastifyRequest, ip: string): SpanAttribute[] {
  const { headers } = request
  return [
    // Without the query, which may carry secrets.
    ['url.full', pathOf(request.originalUrl)],
    ['server.address', hostOf(headers.host ?? '')],
    ['http.request.method', methodOf(request.method)],
    ['http.request.body.size', Number(headers['content-length'] ?? 0)],
    ['user_agent.original', headers['user-agent'] ?? ''],
    ['client.address', ip]
  ]
}

function isSkipped (skipped: ReadonlySet<string>, { originalUrl }: FastifyRequest, endpoint: Endpoint | null): boolean {
  return skipped.size > 0 && (skipped.has(pathOf(originalUrl)) || (endpoint !== null && skipped.has(endpoint.path)))
}

function endpointOf (request: FastifyRequest): Endpoint | null {
  const config = request.routeOptions.config as { floodgate?: { endpoint?: Endpoint } } | undefined
  return config?.floodgate?.endpoint ?? null
}

/** The reference's router has a name for what matches nothing. */
function nameRoute (endpoint: Endpoint | null, status: number): string {
  if (endpoint !== null) return routeOf(endpoint)
  return status === 404 ? '404 Not Found' : status === 405 ? '405 Method Not Allowed' : ''
}

function sentBytes (reply: FastifyReply): number {
  const counted = countedBytes(reply)
  if (counted !== null) return counted
  // Not of Node's response, which has none where the engine writes it directly.
  const length = reply.getHeader('content-length')
  return length === undefined || reply.request.method === 'HEAD' ? 0 : Number(length)
}

function hostOf (host: string): string {
  const end = host.lastIndexOf(':')
  return end > host.lastIndexOf(']') ? host.slice(0, end) : host
}

function pathOf (target: string): string {
  const end = target.indexOf('?')
  return end < 0 ? target : target.slice(0, end)
}
