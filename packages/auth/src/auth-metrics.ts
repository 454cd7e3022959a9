import { endpointLabels, type Counter, type Endpoint, type FeatureContext, type MetricDefinition } from '@floodgate/core'

const requests: MetricDefinition = {
  name: 'floodgate_auth_requests_total',
  type: 'counter',
  help: 'Requests by what an authentication decided: accepted, or refused and why.',
  labels: ['by', 'endpoint', 'method', 'result', 'reason']
}

/** What authentications report. */
export const authMetrics: readonly MetricDefinition[] = [requests]

/** Counts what an authentication of an endpoint decides. */
export interface AuthCounters {
  readonly accepted: Counter
  /** @param reason one of a short list, never a text of the client */
  refused (reason: string): void
}

/**
 * Creates the counters of an authentication; undefined if no metrics are configured.
 *
 * @param by what is behind `auth/` in the namespace
 */
export function createAuthCounters (
  by: string,
  endpoint: Pick<Endpoint, 'path' | 'method'>,
  { metrics }: Pick<FeatureContext, 'metrics'>
): AuthCounters | undefined {
  if (metrics == null) return undefined
  const own = { by, ...endpointLabels(endpoint) }
  const byReason = new Map<string, Counter>()
  return {
    accepted: metrics.counter(requests, { ...own, result: 'accepted' }),
    refused (reason) {
      let counter = byReason.get(reason)
      if (counter === undefined) byReason.set(reason, counter = metrics.counter(requests, { ...own, result: 'refused', reason }))
      counter.add()
    }
  }
}
