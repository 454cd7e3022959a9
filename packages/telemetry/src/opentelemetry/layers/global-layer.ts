import type { TLSSocket } from 'node:tls'
import type { FastifyRequest } from 'fastify'
import { asText, withoutQuery, type ClientIp, type Endpoint, type Service, type ServiceHooks, type Histogram } from '@floodgate/core'
import type { Measured } from '../metrics/measurements.ts'
import type { Attribute } from '../metrics/meter.ts'
import { bodyBytes } from '../../requests/body-size.ts'
import { endpointOf, openRecord, type RequestRecord } from '../../requests/request-record.ts'
import { isSkippedEndpoint, methodOf, unmatchedRoute, routeOf } from '../../requests/routes.ts'
import type { Recording, Tracing } from '../telemetry.ts'
import { attributeNames } from '../traces/attributes.ts'
import type { SpanContext } from '../traces/span-context.ts'
import { encodeTemplate } from '../traces/span-writer.ts'
import { beginTrace, readBaggage, readTraceParent } from '../traces/trace-context.ts'
import { withoutNames, type Layers, type SpanSettings } from './layer-settings.ts'

/** What this layer needs of the gateway. */
export interface GlobalLayerOptions {
  readonly layers: Layers
  readonly clientIp: ClientIp
  /** What endpoints with an `exporters_override` record into; null = there are none. */
  readonly overrides: ReadonlyMap<Endpoint, Recording> | null
  /** Paths, or endpoints, that are not reported. */
  readonly skipped: ReadonlySet<string>
  readonly model: Service
  /** The span of the host that a request arrives in; null = there is no tracing. */
  readonly hostTrace: (() => SpanContext | null) | null
}

const own = {
  url: 'url.full',
  host: 'server.address',
  method: 'http.request.method',
  received: 'http.request.body.size',
  userAgent: 'user_agent.original',
  client: 'client.address',
  route: 'http.route',
  status: 'http.response.status_code',
  sent: 'http.response.body.size',
  id: 'request.id'
}
const names = attributeNames(own)

class Points implements Measured {
  readonly #duration: Histogram
  readonly #size: Histogram

  constructor (duration: Histogram, size: Histogram) {
    this.#duration = duration
    this.#size = size
  }

  record (numbers: Float64Array, at: number): void {
    this.#duration.record(numbers[at]!)
    this.#size.record(numbers[at + 1]!)
  }
}

/** Status that is reported for clients that disconnected before the response began, as in the access log. */
const clientGone = 499

/** The outermost layer: requests of clients, also those that match no endpoint. */
export function createGlobalLayer (recording: Recording, options: GlobalLayerOptions): ServiceHooks {
  const { layers, skipped, model, clientIp, hostTrace } = options
  const { metrics, spans, propagates } = layers.global
  const { tracing } = recording
  const recordLater = metrics === null || !recording.hasMetrics ? null : createRecorder(recording, layers)
  const usual: Traced = { tracing, writeSpan: tracing === null || spans === null ? null : createSpans(tracing, spans) }
  const others = usual.writeSpan === null ? null : createOthers(recording, options)
  const begins = tracing !== null && (spans !== null || propagates)
  const readsTrace = begins && propagates && tracing.propagators.trace
  const readsBaggage = begins && propagates && tracing.propagators.baggage
  const readHost = begins && propagates ? hostTrace : null
  const isSkipped = createSkips(skipped, model)

  return {
    onRequest: function measureRequest (request, reply, done) {
      if (isSkipped(request)) { done(); return }
      const start = performance.now()
      const { headers } = request
      const host = readHost === null ? null : readHost()
      // The host's span continues the trace of the client, if the host is to.
      const parent = host ?? (readsTrace ? readTraceParent(headers.traceparent, headers.tracestate) : null)
      const baggage = readsBaggage && headers.baggage !== undefined ? readBaggage(headers.baggage) : ''
      const { tracing, writeSpan } = others === null ? usual : others.get(endpointOf(request)!) ?? usual
      const span = writeSpan === null ? null : beginTrace(tracing!.isSampled, parent, baggage)
      const record = openRecord(request, reply)
      record.trace = span ?? (parent === null || baggage === '' ? parent : parent.withBaggage(baggage))
      const ip = span?.isSampled === true ? clientIp(request) : ''
      const response = reply.raw
      response.on('close', () => {
        const end = performance.now()
        const status = response.headersSent ? response.statusCode : clientGone
        const endpoint = record.endpoint ?? endpointOf(request)
        const size = bodyBytes(record)
        recordLater?.(endpoint, request, status, (end - start) / 1000, size)
        if (span?.isSampled !== true) return
        writeSpan!(record, span, parent, { endpoint, ip, start, end, status, size, isRemote: parent !== host })
      })
      done()
    }
  }
}

/** Endpoints whose traces are made otherwise than those of the service; null = there are none. */
function createOthers ({ tracing }: Recording, { layers, overrides, model }: GlobalLayerOptions): ReadonlyMap<Endpoint, Traced> | null {
  const others = new Map<Endpoint, Traced>()
  for (const endpoint of model.endpoints) {
    const [recording, { spans }] = [overrides?.get(endpoint), layers.globalOf(endpoint)]
    if (recording === undefined && spans === null) continue
    const own = (recording?.tracing ?? tracing)!
    others.set(endpoint, { tracing: own, writeSpan: createSpans(own, (spans ?? layers.global.spans)!) })
  }
  return others.size === 0 ? null : others
}

interface Result {
  readonly endpoint: Endpoint | null
  /** Address of the client. */
  readonly ip: string
  /** ms of `performance.now()` */
  readonly start: number
  readonly end: number
  readonly status: number
  /** Bytes of the body. */
  readonly size: number
  /** Whether the parent is a client's span. */
  readonly isRemote: boolean
}

/** How the traces of an endpoint are made. */
interface Traced {
  readonly tracing: Tracing | null
  readonly writeSpan: ReturnType<typeof createSpans> | null
}

function createSpans (
  { spans: writer }: Tracing,
  settings: SpanSettings
): (record: RequestRecord, span: SpanContext, parent: SpanContext | null, result: Result) => void {
  const template = encodeTemplate('server', '', [['krakend.stage', 'global'], ...withoutNames(settings.attributes, own)])
  const routes = new WeakMap<Endpoint, string>()
  /** The route of an endpoint, written once. */
  const nameRouteOnce = (endpoint: Endpoint | null, status: number): string => {
    if (endpoint === null) return nameRoute(null, status)
    let route = routes.get(endpoint)
    if (route === undefined) routes.set(endpoint, route = nameRoute(endpoint, status))
    return route
  }
  const write = (
    { reply }: RequestRecord,
    context: SpanContext,
    parent: SpanContext | null,
    { endpoint, ip, start, end, status, size, isRemote }: Result
  ): void => {
    const { request } = reply
    const { headers } = request
    const path = withoutQuery(request.originalUrl)
    writer.begin(template, { context, parent, isRemoteParent: isRemote, name: path, start, end, status: 'ok', message: '' })
    // Without the query, which may carry secrets.
    writer.attribute(names.url, path)
    writer.attribute(names.host, hostOf(headers.host ?? String(headers[':authority'] ?? '')))
    writer.attribute(names.method, methodOf(request.method))
    writer.attribute(names.received, Number(headers['content-length'] ?? 0))
    writer.attribute(names.userAgent, headers['user-agent'] ?? '')
    writer.attribute(names.client, ip)
    writer.attribute(names.route, nameRouteOnce(endpoint, status))
    writer.attribute(names.status, status)
    writer.attribute(names.sent, size)
    writer.attribute(names.id, asText(request.id))
    if (settings.headers) {
      writer.headers('request', headers, settings.skipped)
      writer.headers('response', reply.getHeaders(), settings.skipped)
    }
    writer.end()
  }
  return (record, context, parent, result) => { writer.later(() => { write(record, context, parent, result) }) }
}

/** Returns what records requests, in points that are found by endpoint and status without writing their attributes. */
function createRecorder (
  { meter, timeBounds, sizeBounds }: Recording,
  layers: Layers
): (endpoint: Endpoint | null, request: FastifyRequest, status: number, seconds: number, size: number) => void {
  const { metrics, isNewer } = layers.global
  // As in the reference, the newer ones have units.
  const [durations, sizes, seconds, bytes] = isNewer
    ? ['http.server.request.duration', 'http.server.response.body.size', 's', 'By'] as const
    : ['http.server.duration', 'http.server.response.size', '', ''] as const
  const byEndpoint = new WeakMap<Endpoint, Map<number, Points>>()
  const others = new Map<string, Points>()

  function make (endpoint: Endpoint | null, { method, raw }: FastifyRequest, status: number): Points {
    const attributes: Attribute[] = [
      ['http.request.method', methodOf(method)],
      ['http.response.status_code', status],
      ['http.route', nameRoute(endpoint, status)],
      ['url.scheme', (raw.socket as TLSSocket).encrypted === true ? 'https' : 'http'],
      ...((endpoint === null ? null : layers.globalOf(endpoint).metrics) ?? metrics!)
    ]
    return new Points(
      meter.histogram(durations, seconds, timeBounds, attributes),
      meter.histogram(sizes, bytes, sizeBounds, attributes)
    )
  }

  function pointsOf (endpoint: Endpoint | null, request: FastifyRequest, status: number): Points {
    if (endpoint === null) {
      const key = `${methodOf(request.method)} ${status}`
      const points = others.get(key) ?? make(endpoint, request, status)
      others.set(key, points)
      return points
    }
    let byStatus = byEndpoint.get(endpoint)
    if (byStatus === undefined) byEndpoint.set(endpoint, byStatus = new Map())
    let points = byStatus.get(status)
    if (points === undefined) byStatus.set(status, points = make(endpoint, request, status))
    return points
  }

  const { waiting } = meter
  const { numbers } = waiting
  return (endpoint, request, status, seconds, size) => {
    const at = waiting.add(pointsOf(endpoint, request, status))
    numbers[at] = seconds
    numbers[at + 1] = size
  }
}

/** Endpoints are asked for only where one of their paths is skipped. */
function createSkips (skipped: ReadonlySet<string>, model: Service): (request: FastifyRequest) => boolean {
  if (skipped.size === 0) return () => false
  const endpoints: ReadonlySet<Endpoint | null> = new Set(model.endpoints.filter((endpoint) => isSkippedEndpoint(endpoint, skipped)))
  if (endpoints.size === 0) return ({ originalUrl }) => skipped.has(withoutQuery(originalUrl))
  return (request) => skipped.has(withoutQuery(request.originalUrl)) || endpoints.has(endpointOf(request))
}

function nameRoute (endpoint: Endpoint | null, status: number): string {
  return endpoint !== null ? routeOf(endpoint) : unmatchedRoute(status)
}

function hostOf (host: string): string {
  const end = host.lastIndexOf(':')
  return end > host.lastIndexOf(']') ? host.slice(0, end) : host
}
