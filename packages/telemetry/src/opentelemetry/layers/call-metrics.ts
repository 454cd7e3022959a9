import type { Fault, Counter, Histogram } from '@floodgate/core'
import type { Attribute } from '../metrics/meter.ts'
import type { Recording } from '../telemetry.ts'
import type { BackendSettings } from './layer-settings.ts'

/** What became of one call. */
export interface CallResult {
  readonly origin: string
  /** 0 = there was no response. */
  readonly status: number
  readonly seconds: number
  readonly fault: Fault | null
  /** Content-Length of the response; -1 = it has none. */
  readonly announced: number
  /** Bytes of the request's body. */
  readonly sent: number
  /** Seconds until it had a connection; 0 = it had none. */
  readonly waited: number
  /** Seconds that opening a connection for it took: the look-up of the name, and the handshake; 0 = there was none. */
  readonly dns: number
  readonly tls: number
}

/** What became of its body. */
export interface BodyResult {
  readonly bytes: number
  readonly seconds: number
  readonly fault: Fault | null
}

interface CallPoints {
  readonly duration: Histogram
  readonly started: Counter
  readonly requestSize: Counter
  responseSize: Histogram | null
  connection: ConnectionPoints | null
  failed: Counter | null
  canceled: Counter | null
  timedOut: Counter | null
  noLength: Counter | null
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
  #body: BodyPoints | null = null

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

  /** @param body null = it was not read */
  recordLater (call: CallResult, body: BodyResult | null): void {
    this.#recording.meter.later(() => {
      this.#record(call)
      if (body !== null && this.#hasBody) this.#recordBody(body)
    })
  }

  #record ({ origin, status, seconds, fault, announced, sent, waited, dns, tls }: CallResult): void {
    let byStatus = this.#points.get(origin)
    if (byStatus === undefined) this.#points.set(origin, byStatus = new Map())
    let points = byStatus.get(status)
    if (points === undefined) byStatus.set(status, points = this.#make(origin, status))
    points.started.add(1)
    points.duration.record(seconds)
    points.requestSize.add(sent)
    if (this.#connection) {
      // As in the reference: every call has all three, with 0 where there was nothing to do.
      const { waited: waits, dns: lookUps, tls: handshakes } = points.connection ??= this.#makeConnection(origin, status)
      waits.record(waited)
      lookUps.record(dns)
      handshakes.record(tls)
    }
    if (fault?.kind === 'abort') {
      // As in the reference, what was canceled has not failed.
      (points.canceled ??= this.#counter('http.client.request.canceled.count', origin, status)).add(1)
    } else if (fault !== null) {
      (points.failed ??= this.#counter('http.client.request.failed.count', origin, status)).add(1)
      if (fault.kind === 'deadline') (points.timedOut ??= this.#counter('http.client.request.timedout.count', origin, status)).add(1)
    } else if (this.#isHead) {
      // As in the reference: its Content-Length is that of another request.
    } else if (announced >= 0) {
      const { meter, sizeBounds } = this.#recording
      points.responseSize ??= meter.histogram('http.client.response.size', '', sizeBounds, this.#describe(origin, status))
      points.responseSize.record(announced)
    } else (points.noLength ??= this.#counter('http.client.response.no-content-length', origin, status)).add(1)
  }

  #recordBody ({ bytes, seconds, fault }: BodyResult): void {
    const body = this.#body ??= this.#makeBody()
    body.size.add(bytes)
    body.sizes.record(bytes)
    body.time.add(seconds)
    body.times.record(seconds)
    if (fault !== null) {
      const { meter } = this.#recording
      body.errors ??= meter.counter('http.client.response.read.errors', '', [...this.#attributes, ...this.#own])
      body.errors.add(1)
    }
  }

  #makeBody (): BodyPoints {
    const { meter, timeBounds, sizeBounds } = this.#recording
    const attributes = [...this.#attributes, ...this.#own]
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
    return {
      duration: meter.histogram('http.client.duration', '', timeBounds, attributes),
      started: meter.counter('http.client.request.started.count', '', attributes),
      requestSize: meter.counter('http.client.request.size', '', attributes),
      responseSize: null,
      connection: null,
      failed: null,
      canceled: null,
      timedOut: null,
      noLength: null
    }
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

/** The host and the port of an origin. */
export function addressOf (origin: string): [address: string, port: number] {
  if (!URL.canParse(origin)) return [origin, 0]
  const { hostname, port, protocol } = new URL(origin)
  return [hostname, port === '' ? protocol === 'https:' ? 443 : 80 : Number(port)]
}
