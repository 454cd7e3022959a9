import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyRequest } from 'fastify'
import {
  endpointLabels, type Counter, type Endpoint, type Gauge, type Histogram, type MetricDefinition, type MetricLabels, type Metrics,
  type ServiceHooks
} from '@floodgate/core'

/** Limits of buckets in seconds: the first ones suit what a gateway adds, the others what backends take. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

const requests: MetricDefinition = {
  name: 'floodgate_http_requests_total',
  type: 'counter',
  help: 'Client requests to endpoints, by status; 499 if the client disconnected before the response.',
  labels: ['endpoint', 'method', 'status']
}
const duration: MetricDefinition = {
  name: 'floodgate_http_request_duration_seconds',
  type: 'histogram',
  help: 'Duration of client requests, to the end of the response.',
  bounds,
  labels: ['endpoint', 'method']
}
const inFlight: MetricDefinition = {
  name: 'floodgate_http_requests_in_flight',
  type: 'gauge',
  help: 'Client requests in progress.',
  labels: ['endpoint', 'method']
}
const unmatched: MetricDefinition = {
  name: 'floodgate_http_unmatched_requests_total',
  type: 'counter',
  help: 'Client requests that match no endpoint, by status: 404, 405, redirects, and routes of features.',
  labels: ['method', 'status']
}

/** What this file reports. */
export const requestMetrics: readonly MetricDefinition[] = [requests, duration, inFlight, unmatched]

/** Status of clients that disconnected before the response began, as in the access log. */
const clientGone = 499
/** Statuses of one endpoint with series of their own; others are counted as `2xx` to `9xx`. */
const mostStatuses = 32
const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'])

/** Counts requests of one endpoint, or those of none. */
interface Recorder {
  begin (): void
  end (status: number, seconds: number): void
}

const recorderKey = Symbol('floodgate.metrics.recorder')
const startKey = Symbol('floodgate.metrics.start')

type Measured = Pick<ServerResponse, 'headersSent' | 'statusCode'> & { [recorderKey]?: Recorder, [startKey]?: number }

/** Measures the requests of a gateway. */
export interface RequestMetrics {
  /** The outermost hook: it sees requests that other hooks answer. */
  readonly hooks: ServiceHooks
  /** A response has ended: to be called at its `close`, unless `listens`. */
  readonly end: (response: object) => void
}

/**
 * Creates what measures the requests of a gateway, by endpoint; health endpoints and others that the gateway adds itself
 * are left out. Series are made when an endpoint gets its first request.
 *
 * @param listens whether it listens to the end of each response itself; otherwise the caller, who listens anyway, calls `end`
 */
export function createRequestMetrics (endpoints: readonly Endpoint[], metrics: Metrics, listens: boolean): RequestMetrics {
  const made: (EndpointRecorder | undefined)[] = []
  const others = new Map<string, Recorder>()

  function recorderOf (request: FastifyRequest): Recorder | null {
    const { floodgate } = request.routeOptions.config
    if (floodgate === undefined) return recorderOfOthers(request.raw)
    if (floodgate.endpoint === null) return null
    const { index } = floodgate.endpoint
    made[index] ??= new EndpointRecorder(endpoints[index]!, metrics)
    return made[index]
  }

  function recorderOfOthers ({ method = '' }: IncomingMessage): Recorder {
    const name = methods.has(method) ? method : 'other'
    let recorder = others.get(name)
    if (recorder === undefined) {
      const count = createStatusCounts(unmatched, { method: name }, metrics)
      others.set(name, recorder = { begin () {}, end: count })
    }
    return recorder
  }

  function end (response: Measured): void {
    const recorder = response[recorderKey]
    if (recorder === undefined) return
    recorder.end(response.headersSent ? response.statusCode : clientGone, (performance.now() - response[startKey]!) / 1000)
  }

  function endOwn (this: Measured): void { end(this) }

  return {
    end: end as (response: object) => void,
    hooks: {
      onRequest: function measureRequest (request, reply, done) {
        const response = reply.raw as unknown as Measured
        const recorder = recorderOf(request)
        if (recorder !== null) {
          recorder.begin()
          if (response[startKey] === undefined) {
            response[startKey] = performance.now()
            if (listens) reply.raw.on('close', endOwn)
          }
          // A request that matched no route of Fastify's may run again as that of an endpoint.
          response[recorderKey] = recorder
        }
        done()
      }
    }
  }
}

class EndpointRecorder implements Recorder {
  readonly #inFlight: Gauge
  readonly #duration: Histogram
  readonly #count: (status: number) => void

  constructor (endpoint: Endpoint, metrics: Metrics) {
    const labels = endpointLabels(endpoint)
    this.#inFlight = metrics.gauge(inFlight, labels)
    this.#duration = metrics.histogram(duration, labels)
    this.#count = createStatusCounts(requests, labels, metrics)
  }

  begin (): void {
    this.#inFlight.value++
  }

  end (status: number, seconds: number): void {
    this.#inFlight.value--
    this.#duration.record(seconds)
    this.#count(status)
  }
}

/** Counts by status. The statuses of backends reach from 100 to 999: how many of them have series of their own is bounded. */
function createStatusCounts (definition: MetricDefinition, labels: MetricLabels, metrics: Metrics): (status: number) => void {
  const counters = new Map<number, Counter>()
  return (status) => {
    let counter = counters.get(status)
    if (counter === undefined) {
      const name = counters.size < mostStatuses ? String(status) : `${Math.trunc(status / 100)}xx`
      counter = metrics.counter(definition, { ...labels, status: name })
      if (counters.size < mostStatuses) counters.set(status, counter)
    }
    counter.add()
  }
}
