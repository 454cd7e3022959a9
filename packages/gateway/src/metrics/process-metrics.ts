import { monitorEventLoopDelay } from 'node:perf_hooks'
import { processMetrics as common, readProcessMetrics, type MetricDefinition, type MetricFamily } from '@floodgate/core'

const over = 'worker'
const build: MetricDefinition = { name: 'floodgate_build_info', type: 'gauge', help: 'Versions of Floodgate and Node.', labels: ['version', 'node'], over: 'max' }
const delays = (['p50', 'p99', 'max'] as const).map((which): MetricDefinition => ({
  name: `floodgate_event_loop_delay_${which}_seconds`,
  type: 'gauge',
  help: `How late the event loop was in the last 10 s: ${which === 'max' ? 'the maximum' : which === 'p50' ? 'the median' : '99 % were below'}.`,
  over
}))
const [median, high, most] = delays as [MetricDefinition, MetricDefinition, MetricDefinition]

/** What this file reports. */
export const processMetrics: readonly MetricDefinition[] = [build, ...common, ...delays]

/** ms of the window of the event loop's delay. */
const window = 10_000
/** ms: what the monitor itself adds to each value. */
const resolution = 10

/** Metrics of a process. */
export interface ProcessReader {
  read (): MetricFamily[]
  close (): void
}

/** Begins to watch the event loop; does not keep the process running. The caller closes it. */
export function createProcessReader (version: string): ProcessReader {
  const monitor = monitorEventLoopDelay({ resolution })
  monitor.enable()
  let last: readonly [number, number, number] | null = null
  const take = (): readonly [number, number, number] =>
    [seconds(monitor.percentile(50)), seconds(monitor.percentile(99)), seconds(monitor.max)]
  const timer = setInterval(() => {
    last = take()
    monitor.reset()
  }, window).unref()

  return {
    read () {
      const [p50, p99, max] = last ?? take()
      return [
        { ...build, samples: [[{ version, node: process.versions.node }, 1]] },
        ...readProcessMetrics(),
        one(median, p50),
        one(high, p99),
        one(most, max)
      ]
    },
    close () {
      clearInterval(timer)
      monitor.disable()
    }
  }
}

/** The monitor measures the time between its own timers. */
function seconds (nanoseconds: number): number {
  return Number.isFinite(nanoseconds) ? Math.max(0, nanoseconds / 1e9 - resolution / 1000) : 0
}

function one (definition: MetricDefinition, value: number): MetricFamily {
  return { ...definition, samples: [[{}, value]] }
}
