import type { RequestTrace } from '@floodgate/core'
import type { Meter } from './metrics/meter.ts'
import type { TakeSpan } from './traces/span.ts'
import { createId } from './traces/trace-context.ts'

/** How spans are made; where no exporter takes traces there is none of this. */
export interface Tracing {
  /** Whether a trace is recorded, by its identifier and what its parent says. */
  readonly isSampled: (traceId: string, parent: RequestTrace | null) => boolean
  readonly take: TakeSpan
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

/** Begins a span below a parent, or a trace without one. */
export function beginTrace ({ isSampled }: Tracing, parent: RequestTrace | null): RequestTrace {
  if (parent !== null) {
    return { traceId: parent.traceId, spanId: createId(8), isSampled: isSampled(parent.traceId, parent), state: parent.state }
  }
  const traceId = createId(16)
  return { traceId, spanId: createId(8), isSampled: isSampled(traceId, null), state: '' }
}

/** A span below one of this gateway: it is recorded if that is. */
export function continueTrace (parent: RequestTrace): RequestTrace {
  return { traceId: parent.traceId, spanId: createId(8), isSampled: parent.isSampled, state: parent.state }
}
