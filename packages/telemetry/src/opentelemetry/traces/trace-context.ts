import type { RequestTrace } from '@floodgate/core'
import { random32, SpanContext } from './span-context.ts'

const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const noTrace = '0'.repeat(32)
const noSpan = '0'.repeat(16)
/** Longest `tracestate` that is passed on; W3C asks for at least 512 characters. */
const maxState = 4096
/** Longest `baggage` that is passed on: the limit of W3C Baggage, section 3.3.2. */
const maxBaggage = 8192
const baggagePattern = /^[\t\x20-\x7e]+$/

/** Reads `traceparent` and `tracestate` (W3C Trace Context, sections 3.2 and 3.3); null if there is no valid one. */
export function readTraceParent (parent: unknown, state: unknown): SpanContext | null {
  if (typeof parent !== 'string') return null
  const match = pattern.exec(parent.trim())
  if (match === null) return null
  const [, version, traceId, spanId, flags, rest] = match
  // Version 00 has no further fields, later ones may.
  if (version === 'ff' || (version === '00' && rest !== undefined) || traceId === noTrace || spanId === noSpan) return null
  return SpanContext.from({
    traceId: traceId!,
    spanId: spanId!,
    isSampled: (Number.parseInt(flags!, 16) & 1) === 1,
    state: typeof state === 'string' && state.length <= maxState ? state : '',
    baggage: ''
  })
}

/** Reads `baggage`; '' if there is none, or it is too long or no text of a header. */
export function readBaggage (baggage: unknown): string {
  return typeof baggage === 'string' && baggage.length <= maxBaggage && baggagePattern.test(baggage) ? baggage : ''
}

/**
 * Decides whether a trace without a parent is recorded, by the last two parts of its identifier, or one with a parent by what that
 * says.
 */
export type Sampler = (trace2: number, trace3: number, parent: Pick<RequestTrace, 'isSampled'> | null) => boolean

/** Begins a span below a parent, or a trace without one. */
export function beginTrace (isSampled: Sampler, parent: SpanContext | null, baggage = ''): SpanContext {
  if (parent === null) {
    const [trace2, trace3] = [random32(), random32()]
    return new SpanContext(random32(), random32(), trace2, trace3, random32(), random32(), isSampled(trace2, trace3, null), '', baggage)
  }
  const { trace0, trace1, trace2, trace3, state } = parent
  return new SpanContext(
    trace0, trace1, trace2, trace3, random32(), random32(), isSampled(trace2, trace3, parent), state, baggage
  )
}

/** A span below one of this gateway. What is not recorded has no spans: backends get the identifier that it has. */
export function continueTrace (parent: SpanContext): SpanContext {
  return parent.isSampled ? parent.child() : parent
}

/**
 * Returns the function that decides whether a trace is recorded. Between 0 and 1 the client decides, and without a
 * decision of the client the trace's identifier does, as OpenTelemetry's TraceIdRatioBased: gateways with the same rate
 * decide alike. From 1 on all are recorded, whatever the client says; at 0 none is.
 */
export function createSampler (rate: number): Sampler {
  if (rate >= 1) return () => true
  if (!(rate > 0)) return () => false
  // 52 bits are exact in a double.
  const bound = rate * 2 ** 52
  return (trace2, trace3, parent) => {
    return parent === null ? (trace2 >>> 0) * 2 ** 20 + (trace3 >>> 12) < bound : parent.isSampled
  }
}
