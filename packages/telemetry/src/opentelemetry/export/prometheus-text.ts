import { writeExposition, type MetricFamily } from '@floodgate/core'
import { scope, toLabels } from '../metrics/families.ts'
import type { Attribute } from '../metrics/meter.ts'

const scopeInfo: MetricFamily = {
  name: 'otel_scope_info', type: 'gauge', help: 'Instrumentation Scope metadata', samples: [[toLabels(scope), 1]]
}

/**
 * Writes metrics in Prometheus' text format 0.0.4.
 *
 * @param families as `createFamilies` names them
 * @param resource attributes of the service, for `target_info`
 * @param own the gateway's own metrics, which follow; those of a name that is there already are left out
 */
export function writePrometheus (
  families: readonly MetricFamily[],
  resource: readonly Attribute[],
  own: readonly MetricFamily[] = []
): string {
  const names = new Set(families.map(({ name }) => name))
  const target: MetricFamily = { name: 'target_info', type: 'gauge', help: 'Target metadata', samples: [[toLabels(resource), 1]] }
  // The reference writes empty labels.
  return writeExposition([...families, scopeInfo, target], { empty: true }) + writeExposition(own.filter(({ name }) => !names.has(name)))
}
