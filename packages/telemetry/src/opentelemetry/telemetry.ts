import type { OtelEnvironment } from './environment.ts'
import type { Recorder } from './metrics/exporter-choice.ts'
import type { SpanWriter } from './traces/span-writer.ts'
import type { Sampler } from './traces/trace-context.ts'

/** How spans are made; where no exporter takes traces there is none of this. */
export interface Tracing {
  /** Whether a trace is recorded, by its identifier and what its parent says. */
  readonly isSampled: Sampler
  readonly spans: SpanWriter
  /** Headers that are read from clients and sent to backends. */
  readonly propagators: OtelEnvironment['propagators']
}

/** What the layers record into. */
export interface Recording {
  readonly meter: Recorder
  /** Whether an exporter takes metrics. */
  readonly hasMetrics: boolean
  readonly tracing: Tracing | null
  readonly timeBounds: readonly number[]
  readonly sizeBounds: readonly number[]
}
