import { randomBytes } from 'node:crypto'
import type { RequestTrace } from '@floodgate/core'

const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const noTrace = '0'.repeat(32)
const noSpan = '0'.repeat(16)
/** Longest `tracestate` that is passed on; W3C asks for at least 512 characters. */
const maxState = 4096
/** Longest `baggage` that is passed on: the limit of W3C Baggage, section 3.3.2. */
const maxBaggage = 8192
const baggagePattern = /^[\t\x20-\x7e]+$/

/** Reads `traceparent` and `tracestate` (W3C Trace Context, sections 3.2 and 3.3); null if there is no valid one. */
export function readTraceParent (parent: unknown, state: unknown): RequestTrace | null {
  if (typeof parent !== 'string') return null
  const match = pattern.exec(parent.trim())
  if (match === null) return null
  const [, version, traceId, spanId, flags, rest] = match
  // Version 00 has no further fields, later ones may.
  if (version === 'ff' || (version === '00' && rest !== undefined) || traceId === noTrace || spanId === noSpan) return null
  return {
    traceId: traceId!,
    spanId: spanId!,
    isSampled: (Number.parseInt(flags!, 16) & 1) === 1,
    state: typeof state === 'string' && state.length <= maxState ? state : '',
    baggage: ''
  }
}

/** Reads `baggage`; '' if there is none, or it is too long or no text of a header. */
export function readBaggage (baggage: unknown): string {
  return typeof baggage === 'string' && baggage.length <= maxBaggage && baggagePattern.test(baggage) ? baggage : ''
}

/** Writes the value of `traceparent`. */
export function writeTraceParent ({ traceId, spanId, isSampled }: Pick<RequestTrace, 'traceId' | 'spanId' | 'isSampled'>): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`
}

/** Digits of random bytes: made at once, because a call for each identifier costs more than its bytes. */
const poolSize = 2048
// eslint-disable-next-line no-restricted-syntax -- digits that are not used yet, and the place of the first of them
let [pool, next] = ['', 0]

/** 32 random hexadecimal digits. */
export function createTraceId (): string {
  return takeDigits(32)
}

/** 16 random hexadecimal digits. */
export function createSpanId (): string {
  return takeDigits(16)
}

function takeDigits (count: number): string {
  if (next + count > pool.length) {
    pool = randomBytes(poolSize).toString('hex')
    next = 0
  }
  next += count
  return pool.slice(next - count, next)
}

/**
 * Returns the function that decides whether a trace is recorded. Between 0 and 1 the client decides, and without a
 * decision of the client the trace's identifier does, as OpenTelemetry's TraceIdRatioBased: gateways with the same rate
 * decide alike. From 1 on all are recorded, whatever the client says; at 0 none is.
 */
export function createSampler (rate: number): (traceId: string, parent: RequestTrace | null) => boolean {
  if (rate >= 1) return () => true
  if (!(rate > 0)) return () => false
  // 52 bits are exact in a double.
  const bound = rate * 2 ** 52
  return (traceId, parent) => parent === null ? Number.parseInt(traceId.slice(16, 29), 16) < bound : parent.isSampled
}
