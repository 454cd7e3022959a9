import type { RequestTrace } from '@floodgate/core'
import type { OtelEnvironment } from './environment.ts'
import type { Meter } from './metrics/meter.ts'
import type { SpanWriter } from './traces/span-writer.ts'
import { createSpanId, createTraceId } from './traces/trace-context.ts'

/** How spans are made; where no exporter takes traces there is none of this. */
export interface Tracing {
  /** Whether a trace is recorded, by its identifier and what its parent says. */
  readonly isSampled: (traceId: string, parent: RequestTrace | null) => boolean
  readonly spans: SpanWriter
  /** Headers that are read from clients and sent to backends. */
  readonly propagators: OtelEnvironment['propagators']
}

/** What the layers record into. */
export interface Recording {
  readonly meter: Meter
  /** Whether an exporter takes metrics. */
  readonly hasMetrics: boolean
  readonly tracing: Tracing | null
  readonly timeBounds: readonly number[]
  readonly sizeBounds: readonly number[]
}

/** Begins a span below a client's, or a trace without one. */
export function beginTrace ({ isSampled }: Tracing, parent: RequestTrace | null, baggage = ''): RequestTrace {
  const traceId = parent === null ? createTraceId() : parent.traceId
  return { traceId, spanId: createSpanId(), isSampled: isSampled(traceId, parent), state: parent === null ? '' : parent.state, baggage }
}

/** A span below one of this gateway. What is not recorded has no spans: backends get the identifier that it has. */
export function continueTrace (parent: RequestTrace): RequestTrace {
  if (!parent.isSampled) return parent
  return { traceId: parent.traceId, spanId: createSpanId(), isSampled: true, state: parent.state, baggage: parent.baggage }
}
