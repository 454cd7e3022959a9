import { Recent, withoutQuery, type Backend, type CallObserver, type CoreRequest, type Endpoint, type Fault, type ObserveCall } from '@floodgate/core'
import type { Attribute } from '../metrics/meter.ts'
import type { Recording, Tracing } from '../telemetry.ts'
import { attributeNames, encodeAttributes, ofEvent } from '../traces/attributes.ts'
import type { SpanContext } from '../traces/span-context.ts'
import { encodeTemplate, type SpanTemplate } from '../traces/span-writer.ts'
import { continueTrace } from '../traces/trace-context.ts'
import { addressOf, CallMetrics, type CallResult } from './call-metrics.ts'
import { withoutNames, type BackendSettings } from './layer-settings.ts'
import { routeOf, routeOfBackend } from '../../requests/routes.ts'

const own = {
  url: 'url.full',
  address: 'server.address',
  sent: 'http.request.body.size',
  userAgent: 'user_agent.original',
  status: 'http.response.status_code',
  received: 'http.response.body.size',
  duration: 'response-duration',
  connection: 'get-conn-duration',
  dns: 'dns-duration',
  tls: 'tls-duration',
  read: 'http.client.response.read.size',
  time: 'http.client.response.read.time'
}
const names = attributeNames(own)

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
  const stage: Attribute = ['krakend.stage', 'backend-request']
  const layer: CallLayer = {
    metrics,
    spans,
    span: encodeTemplate('client', route, [...attributes, stage, ...withoutNames(spans?.attributes ?? [], own)]),
    readSpan: encodeTemplate('internal', 'http.client.response.read.tracker', [...attributes, stage]),
    recording,
    readsErrors,
    addresses: new Recent(256)
  }
  return (request) => new ObservedCall(layer, request)
}

interface CallLayer {
  readonly metrics: CallMetrics | null
  readonly spans: BackendSettings['call']['spans']
  /** Of the call's span, and of the one that reads its body. */
  readonly span: SpanTemplate
  readonly readSpan: SpanTemplate
  readonly recording: Recording
  /** Whether bodies of other statuses than 200 and 201 are read. */
  readonly readsErrors: boolean
  /** Addresses of origins: they come from the configuration, or from DNS. */
  readonly addresses: Recent<string>
}

/** What a span says of its request. */
interface Sent {
  readonly target: string
  /** Bytes of the body, as far as they are known. */
  readonly size: number
  readonly userAgent: unknown
  /** null = they are not reported. */
  readonly headers: CoreRequest['headers'] | null
}

class ObservedCall implements CallObserver, CallResult {
  readonly headers: readonly string[] | null
  readonly origin: string
  readonly start = performance.now()
  /** 0 = there is no response. */
  begun = 0
  end = 0
  waited = 0
  dns = 0
  tls = 0
  status = 0
  announced = -1
  read = 0
  readonly #layer: CallLayer
  readonly #request: CoreRequest
  readonly #parent: SpanContext | null
  readonly #span: SpanContext | null
  #responseHeaders: Readonly<Record<string, string[]>> | null = null

  constructor (layer: CallLayer, request: CoreRequest) {
    this.#layer = layer
    this.#request = request
    this.origin = request.origin
    const parent = this.#parent = request.trace as SpanContext | null
    const span = this.#span = layer.spans === null || parent === null ? null : continueTrace(parent)
    this.headers = span === null ? null : propagate(span, layer.recording.tracing!.propagators)
  }

  onDialled (dns: number, tls: number): void {
    this.dns = dns / 1000
    this.tls = tls / 1000
  }

  onSent (): void {
    this.waited = (performance.now() - this.start) / 1000
  }

  onHeaders (status: number, fields: readonly string[]): void {
    this.begun = performance.now()
    this.status = status
    for (let i = 0; i < fields.length; i += 2) {
      const name = fields[i]!
      if (name.length === 14 && name.toLowerCase() === 'content-length') this.announced = Number(fields[i + 1])
    }
    if (this.#span?.isSampled === true && this.#layer.spans!.headers) {
      this.#responseHeaders = byName(fields)
    }
  }

  onData (length: number): void {
    this.read += length
  }

  onEnd (): void {
    this.#finish(null)
  }

  onFailure (fault: Fault): void {
    this.#finish(fault)
  }

  #finish (fault: Fault | null): void {
    this.end = performance.now()
    if (this.begun === 0) this.begun = this.end
    this.#layer.metrics?.recordLater(this, this.#bodySize(), this.#isRead(), fault)
    if (this.#span?.isSampled === true) this.#reportLater(this.#span, fault)
  }

  /** How long the request's body is, as far as it is known. */
  #bodySize (): number {
    const { body, headers } = this.#request
    return Buffer.isBuffer(body) ? body.length : body === null ? 0 : Number(headers['content-length'] ?? 0)
  }

  #address (): string {
    const { addresses } = this.#layer
    let address = addresses.get(this.origin)
    if (address === undefined) addresses.set(this.origin, address = addressOf(this.origin)[0])
    return address
  }

  #isRead (): boolean {
    return this.status === 200 || this.status === 201 || (this.status !== 0 && this.#layer.readsErrors)
  }

  #reportLater (context: SpanContext, fault: Fault | null): void {
    const { spans, recording } = this.#layer
    const { target, headers } = this.#request
    // Another attempt may change the request before it is written.
    const sent: Sent = {
      target,
      size: this.#bodySize(),
      userAgent: headers['user-agent'],
      headers: spans!.headers ? { ...headers } : null
    }
    recording.tracing!.spans.later(() => { this.#report(sent, context, fault) })
  }

  #report (sent: Sent, context: SpanContext, fault: Fault | null): void {
    const { span, readSpan, spans, recording } = this.#layer
    const { begun, end } = this
    const { spans: writer } = recording.tracing!
    const hasFailed = this.status === 0
    const message = fault === null ? '' : fault.detail
    writer.begin(span, {
      context,
      parent: this.#parent,
      isRemoteParent: false,
      name: '',
      start: this.start,
      end: begun,
      status: hasFailed ? 'error' : 'ok',
      message: hasFailed ? message : ''
    })
    writer.attribute(names.url, this.origin + withoutQuery(sent.target))
    writer.attribute(names.address, this.#address())
    writer.attribute(names.sent, sent.size)
    writer.attribute(names.userAgent, String(sent.userAgent ?? ''))
    if (sent.headers !== null) writer.headers('request', sent.headers, spans!.skipped)
    if (hasFailed) {
      writer.event('exception', end, encodeAttributes([['exception.type', 'Fault'], ['exception.message', message]], ofEvent))
    } else {
      writer.attribute(names.status, this.status)
      writer.attribute(names.received, this.announced < 0 ? this.read : this.announced)
      if (this.#responseHeaders !== null) writer.headers('response', this.#responseHeaders, spans!.skipped)
      writer.attribute(names.duration, (begun - this.start) / 1000)
      if (spans!.connection) {
        writer.attribute(names.connection, this.waited)
        writer.attribute(names.dns, this.dns)
        writer.attribute(names.tls, this.tls)
        writer.event('first-byte-time', begun)
      }
    }
    writer.end()
    if (!spans!.payload || !this.#isRead()) return
    writer.begin(readSpan, {
      context: context.child(),
      parent: context,
      isRemoteParent: false,
      name: '',
      start: begun,
      end,
      status: fault === null ? 'ok' : 'error',
      message
    })
    writer.attribute(names.read, this.read)
    writer.attribute(names.time, (end - begun) / 1000)
    if (fault !== null) writer.event('exception', end, encodeAttributes([['exception.type', 'Fault'], ['exception.message', message]], ofEvent))
    writer.end()
  }
}

/** The headers that tell a backend of its place in the trace. */
function propagate (span: SpanContext, { trace, baggage }: Tracing['propagators']): readonly string[] | null {
  const headers = trace ? ['traceparent', span.traceparent] : []
  if (trace && span.state !== '') headers.push('tracestate', span.state)
  if (baggage && span.baggage !== '') headers.push('baggage', span.baggage)
  return headers.length === 0 ? null : headers
}

function byName (fields: readonly string[]): Record<string, string[]> {
  const headers: Record<string, string[]> = Object.create(null) as Record<string, string[]>
  for (let i = 0; i < fields.length; i += 2) (headers[fields[i]!.toLowerCase()] ??= []).push(fields[i + 1]!)
  return headers
}
