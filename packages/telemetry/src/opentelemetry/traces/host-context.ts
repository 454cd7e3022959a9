import { isSpanContextValid, trace, TraceFlags } from '@opentelemetry/api'
import { SpanContext } from './span-context.ts'

/**
 * Reads the span that is active where a request arrives: that of the host's own OpenTelemetry SDK, whose instrumentation
 * began it. Null if the process has no SDK, or no span is active.
 */
export function readHostTrace (): SpanContext | null {
  const span = trace.getActiveSpan()
  if (span === undefined) return null
  const own = span.spanContext()
  if (!isSpanContextValid(own)) return null
  const { traceId, spanId, traceFlags, traceState } = own
  return SpanContext.from({ traceId, spanId, isSampled: (traceFlags & TraceFlags.SAMPLED) !== 0, state: traceState?.serialize() ?? '', baggage: '' })
}
