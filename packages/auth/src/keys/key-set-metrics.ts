import type { MetricDefinition, MetricLabels, Metrics } from '@floodgate/core'
import type { RemoteSource } from './remote-source.ts'

const fetches: MetricDefinition = {
  name: 'floodgate_key_set_fetches_total',
  type: 'counter',
  help: 'Fetches of a key set, by result: success, failure.',
  labels: ['url', 'result']
}
const fetched: MetricDefinition = {
  name: 'floodgate_key_set_fetch_timestamp_seconds',
  type: 'gauge',
  help: 'Time of the fetch of the key set in use, since the epoch; with workers, the oldest one.',
  labels: ['url'],
  over: 'min'
}
const failing: MetricDefinition = {
  name: 'floodgate_key_set_failing_since_timestamp_seconds',
  type: 'gauge',
  help: 'When the first fetch of a key set failed since the last one that succeeded, since the epoch; none while fetches succeed.',
  labels: ['url'],
  over: 'min'
}
const keys: MetricDefinition = {
  name: 'floodgate_key_set_keys',
  type: 'gauge',
  help: 'Usable keys of a key set.',
  labels: ['url'],
  over: 'max'
}

/** What key sets report. */
export const keySetMetrics: readonly MetricDefinition[] = [fetches, fetched, failing, keys]

/** Reports a key set from a server. */
export function reportKeySet (metrics: Metrics, { statistics }: Pick<RemoteSource, 'statistics'>, labels: MetricLabels): void {
  metrics.observe(fetches, () => [
    [{ ...labels, result: 'success' }, statistics.fetched],
    [{ ...labels, result: 'failure' }, statistics.failed]
  ])
  metrics.observe(fetched, () => statistics.time === null ? [] : [[labels, statistics.time / 1000]])
  metrics.observe(failing, () => statistics.failingSince === null ? [] : [[labels, statistics.failingSince / 1000]])
  metrics.observe(keys, () => statistics.time === null ? [] : [[labels, statistics.keys]])
}
