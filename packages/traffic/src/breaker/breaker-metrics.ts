import { backendLabels, type Backend, type Counter, type FeatureContext, type MetricDefinition, type MetricLabels, type Metrics } from '@floodgate/core'
import { breakerStates, type Breaker, type BreakerState } from './circuit-breaker.ts'

const labels = ['breaker', 'endpoint', 'method', 'backend']
const state: MetricDefinition = {
  name: 'floodgate_breaker_state',
  type: 'gauge',
  help: 'Processes whose circuit breaker is in this state: 0 or 1 without workers.',
  labels: [...labels, 'state']
}
const changes: MetricDefinition = {
  name: 'floodgate_breaker_changes_total',
  type: 'counter',
  help: 'Changes of a circuit breaker, by the state after it.',
  labels: [...labels, 'to']
}
const since: MetricDefinition = {
  name: 'floodgate_breaker_open_since_timestamp_seconds',
  type: 'gauge',
  help: 'When a circuit breaker that is not closed opened, since the epoch; trials that failed later do not change it.',
  labels,
  over: 'min'
}
const refused: MetricDefinition = {
  name: 'floodgate_breaker_refused_total',
  type: 'counter',
  help: 'Calls that a circuit breaker refused.',
  labels
}

/** What circuit breakers report. */
export const breakerMetrics: readonly MetricDefinition[] = [state, changes, since, refused]

/** Labels of a breaker of a backend; undefined if no metrics are configured. */
export function breakerLabels (
  name: string,
  backend: Backend,
  { metrics, model }: Pick<FeatureContext, 'metrics' | 'model'>
): MetricLabels | undefined {
  return metrics == null ? undefined : { breaker: name, ...backendLabels(model, backend) }
}

/** Reports a breaker. */
export function reportBreaker (breaker: Breaker, own: MetricLabels, metrics: Metrics): void {
  metrics.observe(state, () => breakerStates.map((state) => [{ ...own, state }, state === breaker.state ? 1 : 0]))
  metrics.observe(refused, () => [[own, breaker.refused]])
  const { changes: counts } = breaker
  if (counts === null) return
  metrics.observe(changes, () => breakerStates.map((to) => [{ ...own, to }, counts[to]]))
  reportOpenSince(() => [{ labels: own, openSince: breaker.openSince }], metrics)
}

/** Reports since when breakers are not closed. */
export function reportOpenSince (
  read: () => Iterable<{ readonly labels: MetricLabels, readonly openSince: number | null }>,
  metrics: Metrics
): void {
  metrics.observe(since, () => [...read()].flatMap(({ labels, openSince }) => {
    return openSince === null ? [] : [[labels, openSince / 1000] as const]
  }))
}

/** Counters of the changes of a breaker in the primary, by the state after them. */
export function countChanges (own: MetricLabels, metrics: Metrics): Readonly<Record<BreakerState, Counter>> {
  const counter = (to: BreakerState): Counter => metrics.counter(changes, { ...own, to })
  return { closed: counter('closed'), open: counter('open'), 'half-open': counter('half-open') }
}
