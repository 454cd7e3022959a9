import { FG_ERR_METRIC_INVALID } from './errors.ts'
import type { MetricDefinition, MetricLabels } from './metrics.ts'

/** Names that Prometheus, or the sum over workers, uses for itself. */
const reserved: ReadonlySet<string> = new Set(['le', 'quantile', 'worker'])

/**
 * Checks a definition against the rules of names (Prometheus, "Metric and label naming").
 *
 * @throws {FG_ERR_METRIC_INVALID}
 */
export function checkDefinition ({ name, type, help, bounds, labels = [] }: MetricDefinition): void {
  const refuse = (reason: string) => new FG_ERR_METRIC_INVALID(name, reason)
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw refuse('write its name in snake case')
  if ((type === 'counter') !== name.endsWith('_total')) throw refuse('the names of counters, and only theirs, end with "_total"')
  for (const label of labels) {
    if (!/^[a-z][a-z0-9_]*$/.test(label)) throw refuse(`write the name of its label "${label}" in snake case`)
    if (reserved.has(label)) throw refuse(`its label "${label}" is set by the gateway or by Prometheus: choose another name`)
  }
  if (help === '') throw refuse('it has no help: say in a sentence what it is')
  if ((type === 'histogram') !== (bounds !== undefined)) throw refuse('histograms, and only they, have bounds')
  if (bounds?.some((bound, i) => !Number.isFinite(bound) || (i > 0 && bound <= bounds[i - 1]!)) === true) {
    throw refuse('its bounds must be numbers that ascend')
  }
}

/**
 * Checks that labels are those of their definition.
 *
 * @throws {FG_ERR_METRIC_INVALID}
 */
export function checkLabels ({ name, labels: known = [] }: MetricDefinition, labels: MetricLabels): void {
  for (const label in labels) {
    if (!known.includes(label)) throw new FG_ERR_METRIC_INVALID(name, `its label "${label}" is not among the "labels" of its definition`)
  }
}
