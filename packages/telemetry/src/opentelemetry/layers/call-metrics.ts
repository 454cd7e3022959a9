import type { Fault, Counter, Histogram } from '@floodgate/core'
import type { Measured } from '../metrics/measurements.ts'
import type { Attribute } from '../metrics/meter.ts'
import type { Recording } from '../telemetry.ts'
import type { BackendSettings } from './layer-settings.ts'

/** What became of one call. */
export interface CallResult {
  readonly origin: string
  /** 0 = there was no response. */
  readonly status: number
  /** ms of `performance.now()`: of the call, of its response, and of the end of that. */
  readonly start: number
  readonly begun: number
  readonly end: number
  /** Content-Length of the response; -1 = it has none. */
  readonly announced: number
  /** Bytes of the response's body that arrived. */
  readonly read: number
  /** Seconds until it had a connection; 0 = it had none. */
  readonly waited: number
  /** Seconds that opening a connection for it took: the look-up of the name, and the handshake; 0 = there was none. */
  readonly dns: number
  readonly tls: number
}

/** How a call without a response ended. */
const [answered, failed, canceled, timedOut] = [0, 1, 2, 3]

/** Points of the calls of one origin with one status. */
class CallPoints implements Measured {
  readonly duration: Histogram
  readonly started: Counter
  readonly requestSize: Counter
  readonly origin: string
  readonly status: number
  readonly #metrics: CallMetrics
  responseSize: Histogram | null = null
  connection: ConnectionPoints | null = null
  failed: Counter | null = null
  canceled: Counter | null = null
  timedOut: Counter | null = null
  noLength: Counter | null = null

  constructor (metrics: CallMetrics, origin: string, status: number, duration: Histogram, started: Counter, requestSize: Counter) {
    this.#metrics = metrics
    this.origin = origin
    this.status = status
    this.duration = duration
    this.started = started
    this.requestSize = requestSize
  }

  record (numbers: Float64Array, at: number): void {
    this.#metrics.record(this, numbers, at)
  }
}

interface ConnectionPoints {
  readonly waited: Histogram
  readonly dns: Histogram
  readonly tls: Histogram
}

interface BodyPoints {
  readonly size: Counter
  readonly sizes: Histogram
  readonly time: Counter
  readonly times: Histogram
  errors: Counter | null
}

/** Metrics of a backend's calls; points are found by origin and status without writing their attributes. */
export class CallMetrics {
  readonly #recording: Recording
  readonly #attributes: readonly Attribute[]
  readonly #clientName: string
  readonly #own: readonly Attribute[]
  readonly #points = new Map<string, Map<number, CallPoints>>()
  readonly #hasBody: boolean
  readonly #isHead: boolean
  readonly #connection: boolean
  /** Of bodies that were read whole, and of those that were not. */
  #whole: BodyPoints | null = null
  #cut: BodyPoints | null = null

  constructor (
    recording: Recording,
    attributes: readonly Attribute[],
    clientName: string,
    { attributes: own, payload, connection }: NonNullable<BackendSettings['call']['metrics']>
  ) {
    this.#recording = recording
    this.#attributes = attributes
    this.#clientName = clientName
    this.#own = own
    this.#hasBody = payload
    this.#isHead = attributes.some(([name, value]) => name === 'http.request.method' && value === 'HEAD')
    this.#connection = connection
  }

  /**
   * @param sent bytes of the request's body
   * @param isRead whether the response's body was read
   */
  recordLater (call: CallResult, sent: number, isRead: boolean, fault: Fault | null): void {
    const { waiting } = this.#recording.meter
    const at = waiting.add(this.#pointsOf(call.origin, call.status))
    const { numbers } = waiting
    numbers[at] = (call.begun - call.start) / 1000
    numbers[at + 1] = sent
    numbers[at + 2] = call.waited
    numbers[at + 3] = call.dns
    numbers[at + 4] = call.tls
    numbers[at + 5] = call.announced
    numbers[at + 6] = fault === null || call.status !== 0 ? answered : outcomeOf(fault)
    numbers[at + 7] = isRead ? call.read : -1
    numbers[at + 8] = (call.end - call.begun) / 1000
    numbers[at + 9] = fault === null ? 0 : 1
  }

  #pointsOf (origin: string, status: number): CallPoints {
    let byStatus = this.#points.get(origin)
    if (byStatus === undefined) this.#points.set(origin, byStatus = new Map())
    let points = byStatus.get(status)
    if (points === undefined) byStatus.set(status, points = this.#make(origin, status))
    return points
  }

  /** Records what `recordLater` wrote. */
  record (points: CallPoints, numbers: Float64Array, at: number): void {
    const { origin, status } = points
    points.started.add(1)
    points.duration.record(numbers[at]!)
    points.requestSize.add(numbers[at + 1])
    if (this.#connection) {
      // As in the reference: every call has all three, with 0 where there was nothing to do.
      const { waited: waits, dns: lookUps, tls: handshakes } = points.connection ??= this.#makeConnection(origin, status)
      waits.record(numbers[at + 2]!)
      lookUps.record(numbers[at + 3]!)
      handshakes.record(numbers[at + 4]!)
    }
    const announced = numbers[at + 5]!
    const outcome = numbers[at + 6]!
    if (outcome === canceled) {
      // As in the reference, what was canceled has not failed.
      (points.canceled ??= this.#counter('http.client.request.canceled.count', origin, status)).add(1)
    } else if (outcome !== answered) {
      (points.failed ??= this.#counter('http.client.request.failed.count', origin, status)).add(1)
      if (outcome === timedOut) (points.timedOut ??= this.#counter('http.client.request.timedout.count', origin, status)).add(1)
    } else if (this.#isHead) {
      // As in the reference: its Content-Length is that of another request.
    } else if (announced >= 0) {
      const { meter, sizeBounds } = this.#recording
      points.responseSize ??= meter.histogram('http.client.response.size', '', sizeBounds, this.#describe(origin, status))
      points.responseSize.record(announced)
    } else (points.noLength ??= this.#counter('http.client.response.no-content-length', origin, status)).add(1)
    const read = numbers[at + 7]!
    if (read >= 0 && this.#hasBody) this.#recordBody(read, numbers[at + 8]!, numbers[at + 9] !== 0)
  }

  #recordBody (bytes: number, seconds: number, hasFailed: boolean): void {
    const body = hasFailed ? this.#cut ??= this.#makeBody([['error', 'true']]) : this.#whole ??= this.#makeBody([])
    body.size.add(bytes)
    body.sizes.record(bytes)
    body.time.add(seconds)
    body.times.record(seconds)
    if (hasFailed) {
      const { meter } = this.#recording
      body.errors ??= meter.counter('http.client.response.read.errors', '', [...this.#attributes, ...this.#own])
      body.errors.add(1)
    }
  }

  /** @param error as in the reference, an attribute of those that were not read whole */
  #makeBody (error: readonly Attribute[]): BodyPoints {
    const { meter, timeBounds, sizeBounds } = this.#recording
    const attributes = [...this.#attributes, ...error, ...this.#own]
    return {
      size: meter.counter('http.client.response.read.size', 'b', attributes),
      sizes: meter.histogram('http.client.response.read.size-hist', 'b', sizeBounds, attributes),
      time: meter.counter('http.client.response.read.time', 's', attributes),
      times: meter.histogram('http.client.response.read.time-hist', 's', timeBounds, attributes),
      errors: null
    }
  }

  #make (origin: string, status: number): CallPoints {
    const { meter, timeBounds } = this.#recording
    const attributes = this.#describe(origin, status)
    return new CallPoints(
      this,
      origin,
      status,
      meter.histogram('http.client.duration', '', timeBounds, attributes),
      meter.counter('http.client.request.started.count', '', attributes),
      meter.counter('http.client.request.size', '', attributes)
    )
  }

  #makeConnection (origin: string, status: number): ConnectionPoints {
    const { meter, timeBounds } = this.#recording
    const attributes = this.#describe(origin, status)
    return {
      waited: meter.histogram('http.client.request.get-conn.duration', '', timeBounds, attributes),
      dns: meter.histogram('http.client.request.dns.duration', '', timeBounds, attributes),
      tls: meter.histogram('http.client.request.tls.duration', '', timeBounds, attributes)
    }
  }

  #counter (name: string, origin: string, status: number): Counter {
    return this.#recording.meter.counter(name, '', this.#describe(origin, status))
  }

  #describe (origin: string, status: number): Attribute[] {
    const [address, port] = addressOf(origin)
    return [
      ['clientname', this.#clientName],
      ...this.#attributes,
      ['http.response.status_code', status],
      ['server.address', address],
      ['server.port', port],
      ...this.#own
    ]
  }
}

function outcomeOf ({ kind }: Fault): number {
  return kind === 'abort' ? canceled : kind === 'deadline' ? timedOut : failed
}

/** The host and the port of an origin. */
export function addressOf (origin: string): [address: string, port: number] {
  if (!URL.canParse(origin)) return [origin, 0]
  const { hostname, port, protocol } = new URL(origin)
  return [hostname, port === '' ? protocol === 'https:' ? 443 : 80 : Number(port)]
}
