import type { History } from './history.ts'
import type { StatusSource } from '../source.ts'
import type { Table } from './table.ts'

/** Returns the tables of reloads and workers. */
export function processTables (source: Pick<StatusSource, 'reloads' | 'workers'>, history: History): Table[] {
  const workers = source.workers()
  const lastRestarts = new Map(history.of('floodgate_worker_last_restart_timestamp_seconds').samples.map(([{ reason = '' }, seconds]) => [reason, seconds * 1000]))
  const ofWorkers: Table = {
    id: 'workers',
    title: 'Workers',
    empty: 'There are no workers.',
    columns: [
      { title: 'Worker', unit: 'number', metric: null },
      { title: 'Process', unit: 'number', metric: null },
      { title: 'State', unit: 'state', metric: 'floodgate_workers' }
    ],
    rows: new Map(workers?.map(({ id, pid, serves }) => [String(id), [id, pid, serves ? 'serving' : 'not serving']]))
  }
  return [
    {
      id: 'reloads',
      title: 'Reloads',
      empty: 'The configuration has not been replaced since the start.',
      columns: [
        { title: 'Time', unit: 'time', metric: null },
        { title: 'Result', unit: 'state', metric: 'floodgate_config_reloads_total' },
        { title: 'Revision in use after it', unit: 'text', metric: 'floodgate_config_info' },
        { title: 'What', unit: 'text', metric: null }
      ],
      rows: new Map(source.reloads().map(({ at, isApplied, revision, text }, i, { length }) =>
        [`${length - i} ${at}`, [at, isApplied ? 'success' : 'failure', revision.slice(0, 12), text]]))
    },
    ...workers === null ? [] : [ofWorkers],
    {
      id: 'restarts',
      title: 'Worker restarts',
      empty: 'No worker has ended.',
      columns: [
        { title: 'Reason', unit: 'text', metric: null },
        { title: 'Times', unit: 'number', metric: 'floodgate_worker_restarts_total' },
        { title: 'Last time', unit: 'time', metric: 'floodgate_worker_last_restart_timestamp_seconds' }
      ],
      rows: new Map(history.of('floodgate_worker_restarts_total').samples.map(([{ reason = '' }, times]) => [reason, [reason, times, lastRestarts.get(reason) ?? null]]))
    }
  ]
}
