import { readdirSync, statSync } from 'node:fs'
import type { MetricDefinition, MetricFamily } from './metrics.ts'

const over = 'worker'
const cpu: MetricDefinition = { name: 'process_cpu_seconds_total', type: 'counter', help: 'Processor time of the process.', over }
const memory: MetricDefinition = { name: 'process_resident_memory_bytes', type: 'gauge', help: 'Resident memory of the process.', over }
const start: MetricDefinition = { name: 'process_start_time_seconds', type: 'gauge', help: 'Start of the process since the epoch.', over }
const files: MetricDefinition = { name: 'process_open_fds', type: 'gauge', help: 'Open file descriptors of the process (Linux).', over }

/** What `readProcessMetrics` reports, named as Prometheus' clients name it. */
export const processMetrics: readonly MetricDefinition[] = [cpu, memory, start, files]

/** Metrics of this process as they are now. */
export function readProcessMetrics (): MetricFamily[] {
  const { user, system } = process.cpuUsage()
  return [
    one(cpu, (user + system) / 1e6),
    one(memory, process.memoryUsage.rss()),
    one(start, Math.round(performance.timeOrigin) / 1000),
    ...openFiles()
  ]
}

function one (definition: MetricDefinition, value: number): MetricFamily {
  return { ...definition, samples: [[{}, value]] }
}

function openFiles (): MetricFamily[] {
  const folder = '/proc/self/fd'
  try {
    // Since Linux 6.2 its size is how many there are. Reading it takes long with many; one entry is that of the folder itself.
    return [one(files, statSync(folder).size || readdirSync(folder).length - 1)]
  } catch {
    return []
  }
}
