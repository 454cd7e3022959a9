import { backendLabels, placeLabels, type Backend, type Counter, type FeatureContext, type MetricDefinition, type MetricLabels, type Place } from '@floodgate/core'
import { refusalsOf, type Refusals } from './refusals.ts'

const requests: MetricDefinition = {
  name: 'floodgate_limit_requests_total',
  type: 'counter',
  help: 'Requests that a rate limit checked, by result: allowed, or refused by the rate of the client or that of all.',
  labels: ['limit', 'endpoint', 'method', 'backend', 'result', 'rate']
}

const lastRefusal: MetricDefinition = {
  name: 'floodgate_limit_last_refusal_timestamp_seconds',
  type: 'gauge',
  help: 'When a rate limit refused a request the last time, by the rate of the client or that of all, since the epoch.',
  labels: ['limit', 'endpoint', 'method', 'backend', 'rate'],
  over: 'max'
}

/** What limits report. */
export const limitMetrics: readonly MetricDefinition[] = [requests, lastRefusal]

/** Counts what a limit decides. */
export interface LimitCounters {
  readonly allowed: Counter
  /** Refused by the rate of the client. */
  readonly client: Refusals
  /** Refused by the rate of all together. */
  readonly all: Refusals
}

/**
 * Creates the counters of a place's limits; undefined if no metrics are configured.
 *
 * @param limit what is behind `qos/ratelimit/` in the namespace
 * @param place of the settings
 * @param backend that is limited. Default: all of the endpoint, or of the service
 */
export function createLimitCounters (
  limit: string,
  place: Place,
  { metrics, model }: Pick<FeatureContext, 'metrics' | 'model'>,
  backend?: Backend
): LimitCounters | undefined {
  if (metrics == null) return undefined
  const own = { limit, ...backend === undefined ? placeLabels(model, place) : backendLabels(model, backend) }
  const refusalsBy = (rate: 'client' | 'all'): Refusals => {
    const refusals = refusalsOf(metrics.counter(requests, { ...own, result: 'refused', rate }))
    const labels: MetricLabels = { ...own, rate }
    metrics.observe(lastRefusal, () => refusals.lastAt === null ? [] : [[labels, refusals.lastAt / 1000]])
    return refusals
  }
  return {
    allowed: metrics.counter(requests, { ...own, result: 'allowed' }),
    client: refusalsBy('client'),
    all: refusalsBy('all')
  }
}
