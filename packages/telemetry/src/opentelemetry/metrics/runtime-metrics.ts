import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { MetricFamily } from '@floodgate/core'

/** Metrics of Node in this process, named as Prometheus' client for Node names them. */
export class RuntimeMetrics {
  readonly #delay = monitorEventLoopDelay({ resolution: 20 })

  constructor () {
    this.#delay.enable()
  }

  read (): MetricFamily[] {
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

function gauge (name: string, help: string, value: number): MetricFamily {
  return { name, type: 'gauge', help, over: 'worker', samples: [[{}, value]] }
}
