import type { MetricDefinition, MetricFamily } from '@floodgate/core'

/** Attempts to replace the configuration, by their result. */
export interface ReloadCounts {
  success: number
  failure: number
}

const attempts: MetricDefinition = {
  name: 'floodgate_config_reloads_total',
  type: 'counter',
  help: 'Attempts to replace the configuration, by result; after a failure the previous one stays in use.',
  labels: ['result']
}
const current: MetricDefinition = {
  name: 'floodgate_config_info',
  type: 'gauge',
  help: 'The configuration in use: SHA-256 of its text.',
  labels: ['revision']
}

/** What this file reports. */
export const reloadMetrics: readonly MetricDefinition[] = [attempts, current]

/** Describes how often the configuration was replaced, and which one is in use. */
export function describeReloads (counts: Readonly<ReloadCounts>, revision: string): MetricFamily[] {
  return [
    { ...attempts, samples: Object.entries(counts).map(([result, count]) => [{ result }, count]) },
    { ...current, samples: [[{ revision }, 1]] }
  ]
}
