import { readdirSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { MetricData } from './meter.ts'

const started = Math.round(performance.timeOrigin) / 1000

/** Metrics of this process, named as Prometheus' clients name them. */
export function readProcessMetrics (): MetricData[] {
  const { user, system } = process.cpuUsage()
  return [
    counter('process_cpu_seconds_total', 'Processor time of the process, in seconds.', (user + system) / 1e6),
    gauge('process_resident_memory_bytes', 'Resident memory of the process, in bytes.', process.memoryUsage.rss()),
    gauge('process_start_time_seconds', 'Start of the process, in seconds since the epoch.', started),
    ...openFiles()
  ]
}

/** Metrics of Node in this process. */
export class RuntimeMetrics {
  readonly #delay = monitorEventLoopDelay({ resolution: 20 })

  constructor () {
    this.#delay.enable()
  }

  read (): MetricData[] {
    const { heapUsed, heapTotal, external } = process.memoryUsage()
    const delay = this.#delay
    const seconds = (nanoseconds: number) => Number.isFinite(nanoseconds) ? nanoseconds / 1e9 : 0
    return [
      gauge('nodejs_heap_size_used_bytes', 'Heap of V8 in use, in bytes.', heapUsed),
      gauge('nodejs_heap_size_total_bytes', 'Heap of V8, in bytes.', heapTotal),
      gauge('nodejs_external_memory_bytes', 'Memory outside of the heap, in bytes.', external),
      gauge('nodejs_eventloop_lag_p50_seconds', 'Median delay of the event loop, in seconds.', seconds(delay.percentile(50))),
      gauge('nodejs_eventloop_lag_p99_seconds', '99th percentile of the delay of the event loop, in seconds.', seconds(delay.percentile(99)))
    ]
  }

  close (): void {
    this.#delay.disable()
  }
}

function gauge (name: string, description: string, value: number): MetricData {
  return { name, kind: 'gauge', unit: '', description, bounds: [], points: [{ attributes: [], value }], perProcess: true }
}

function counter (name: string, description: string, value: number): MetricData {
  return { ...gauge(name, description, value), kind: 'counter' }
}

/** Linux only. */
function openFiles (): MetricData[] {
  try {
    return [gauge('process_open_fds', 'Open file descriptors.', readdirSync('/proc/self/fd').length)]
  } catch {
    return []
  }
}
