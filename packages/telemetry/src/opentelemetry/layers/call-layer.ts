import type { Backend, CallObserver, CoreRequest, Endpoint, Fault, ObserveCall, RequestTrace } from '@floodgate/core'
import type { Attribute } from '../metrics/meter.ts'
import { continueTrace, type Recording } from '../telemetry.ts'
import { toEpoch, type SpanAttribute, type SpanEvent } from '../traces/span.ts'
import { writeTraceParent } from '../traces/trace-context.ts'
import { addressOf, CallMetrics } from './call-metrics.ts'
import { headerAttributes } from './header-attributes.ts'
import type { BackendSettings } from './layer-settings.ts'
import { routeOf, routeOfBackend } from './routes.ts'

/** The innermost layer: raw calls of a backend. Undefined = there is nothing to report. */
export function createCallLayer (
  backend: Backend,
  endpoint: Endpoint,
  { call }: BackendSettings,
  recording: Recording
): ObserveCall | undefined {
  const { tracing } = recording
  const route = routeOfBackend(backend)
  const attributes: readonly Attribute[] = [
    ['http.request.method', backend.method],
    ['http.route', route],
    ['krakend.endpoint.route', routeOf(endpoint)],
    ['krakend.endpoint.method', endpoint.method]
  ]
  const metrics = call.metrics === null || !recording.hasMetrics ? null : new CallMetrics(recording, attributes, route, call.metrics)
  const spans = tracing === null ? null : call.spans
  if (metrics === null && spans === null) return undefined
  // The body of an error is not read, unless it is passed on or shown.
  const readsErrors = backend.encoding === 'no-op' || backend.extra['backend/http'] !== undefined
  const layer: CallLayer = { metrics, spans, attributes, route, recording, readsErrors }
  return (request) => new ObservedCall(layer, request)
}

interface CallLayer {
  readonly metrics: CallMetrics | null
  readonly spans: BackendSettings['call']['spans']
  readonly attributes: readonly Attribute[]
  readonly route: string
  readonly recording: Recording
  /** Whether bodies of other statuses than 200 and 201 are read. */
  readonly readsErrors: boolean
}

class ObservedCall implements CallObserver {
  readonly headers: readonly string[] | null
  readonly #layer: CallLayer
  readonly #request: CoreRequest
  readonly #parent: RequestTrace | null
  readonly #span: RequestTrace | null
  readonly #origin: string
  readonly #start = performance.now()
  #begun = 0
  /** Seconds until it had a connection; -1 = it had none. */
  #waited = -1
  #status = 0
  #announced = -1
  #read = 0
  #responseHeaders: readonly SpanAttribute[] = []

  constructor (layer: CallLayer, request: CoreRequest) {
    this.#layer = layer
    this.#request = request
    this.#origin = request.origin
    this.#parent = request.trace
    const span = this.#span = layer.spans === null || request.trace === null ? null : continueTrace(request.trace)
    this.headers = span === null
      ? null
      : span.state === '' ? ['traceparent', writeTraceParent(span)] : ['traceparent', writeTraceParent(span), 'tracestate', span.state]
  }

  onSent (): void {
    this.#waited = (performance.now() - this.#start) / 1000
  }

  onHeaders (status: number, fields: readonly string[]): void {
    this.#begun = performance.now()
    this.#status = status
    for (let i = 0; i < fields.length; i += 2) {
      const name = fields[i]!
      if (name.length === 14 && name.toLowerCase() === 'content-length') this.#announced = Number(fields[i + 1])
    }
    if (this.#span?.isSampled === true && this.#layer.spans!.headers) {
      this.#responseHeaders = headerAttributes('response', byName(fields), this.#layer.spans!)
    }
  }

  onData (length: number): void {
    this.#read += length
  }

  onEnd (): void {
    this.#finish(null)
  }

  onFailure (fault: Fault): void {
    this.#finish(fault)
  }

  #finish (fault: Fault | null): void {
    const end = performance.now()
    const { metrics } = this.#layer
    const begun = this.#begun === 0 ? end : this.#begun
    metrics?.record(this.#origin, {
      status: this.#status,
      seconds: (begun - this.#start) / 1000,
      fault: this.#status === 0 ? fault : null,
      announced: this.#announced,
      sent: this.#bodySize(),
      waited: this.#waited
    })
    if (this.#isRead()) metrics?.recordBody(this.#read, (end - begun) / 1000, fault)
    if (this.#span?.isSampled === true) this.#report(this.#span, begun, end, fault)
  }

  /** How long the request's body is, as far as it is known. */
  #bodySize (): number {
    const { body, headers } = this.#request
    return Buffer.isBuffer(body) ? body.length : body === null ? 0 : Number(headers['content-length'] ?? 0)
  }

  #isRead (): boolean {
    return this.#status === 200 || this.#status === 201 || (this.#status !== 0 && this.#layer.readsErrors)
  }

  #report (span: RequestTrace, begun: number, end: number, fault: Fault | null): void {
    const { attributes, route, spans, recording } = this.#layer
    const { take } = recording.tracing!
    const request = this.#request
    const { headers } = request
    const hasFailed = this.#status === 0
    const common = { traceId: span.traceId, isRemoteParent: false, state: span.state }
    const failure: SpanEvent[] = hasFailed ? [{ name: 'exception', time: toEpoch(end) }] : [{ name: 'first-byte-time', time: toEpoch(begun) }]
    take({
      ...common,
      spanId: span.spanId,
      parentId: this.#parent?.spanId ?? '',
      name: route,
      kind: 'client',
      start: toEpoch(this.#start),
      end: toEpoch(begun),
      status: hasFailed ? 'error' : 'ok',
      message: hasFailed && fault !== null ? fault.detail : '',
      attributes: [
        ...attributes,
        ['krakend.stage', 'backend-request'],
        ['url.full', this.#origin + withoutQuery(request.target)],
        ['server.address', addressOf(this.#origin)[0]],
        ['http.request.body.size', this.#bodySize()],
        ['user_agent.original', String(headers['user-agent'] ?? '')],
        ...spans!.attributes,
        ...spans!.headers ? headerAttributes('request', headers, spans!) : [],
        ...hasFailed
          ? []
          : [
              ['http.response.status_code', this.#status],
              ['http.response.body.size', this.#announced < 0 ? this.#read : this.#announced],
              ...this.#responseHeaders,
              ['response-duration', (begun - this.#start) / 1000],
              ['get-conn-duration', Math.max(this.#waited, 0)]
            ] as SpanAttribute[]
      ],
      events: failure
    })
    if (!spans!.payload || !this.#isRead()) return
    take({
      ...common,
      spanId: continueTrace(span).spanId,
      parentId: span.spanId,
      name: 'http.client.response.read.tracker',
      kind: 'internal',
      start: toEpoch(begun),
      end: toEpoch(end),
      status: fault === null ? 'ok' : 'error',
      message: fault === null ? '' : fault.detail,
      attributes: [
        ...attributes,
        ['krakend.stage', 'backend-request'],
        ['http.client.response.read.size', this.#read],
        ['http.client.response.read.time', (end - begun) / 1000]
      ],
      events: []
    })
  }
}

/** The query may carry secrets. */
function withoutQuery (target: string): string {
  const end = target.indexOf('?')
  return end < 0 ? target : target.slice(0, end)
}

function byName (fields: readonly string[]): Record<string, string[]> {
  const headers: Record<string, string[]> = Object.create(null) as Record<string, string[]>
  for (let i = 0; i < fields.length; i += 2) (headers[fields[i]!.toLowerCase()] ??= []).push(fields[i + 1]!)
  return headers
}
