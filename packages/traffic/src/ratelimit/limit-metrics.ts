import { backendLabels, placeLabels, type Backend, type Counter, type FeatureContext, type MetricDefinition, type Place } from '@floodgate/core'

const requests: MetricDefinition = {
  name: 'floodgate_limit_requests_total',
  type: 'counter',
  help: 'Requests that a rate limit checked, by result: allowed, or refused by the rate of the client or that of all.',
  labels: ['limit', 'endpoint', 'method', 'backend', 'result', 'rate']
}

/** What limits report. */
export const limitMetrics: readonly MetricDefinition[] = [requests]

/** Counts what a limit decides. */
export interface LimitCounters {
  readonly allowed: Counter
  /** Refused by the rate of the client. */
  readonly client: Counter
  /** Refused by the rate of all together. */
  readonly all: Counter
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
  return {
    allowed: metrics.counter(requests, { ...own, result: 'allowed' }),
    client: metrics.counter(requests, { ...own, result: 'refused', rate: 'client' }),
    all: metrics.counter(requests, { ...own, result: 'refused', rate: 'all' })
  }
}
