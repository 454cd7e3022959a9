import { randomFillSync } from 'node:crypto'
import type { RequestTrace } from '@floodgate/core'

const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const noTrace = '0'.repeat(32)
const noSpan = '0'.repeat(16)
/** Longest `tracestate` that is passed on; W3C asks for at least 512 characters. */
const maxState = 4096

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
    state: typeof state === 'string' && state.length <= maxState ? state : ''
  }
}

/** Writes the value of `traceparent`. */
export function writeTraceParent ({ traceId, spanId, isSampled }: Pick<RequestTrace, 'traceId' | 'spanId' | 'isSampled'>): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`
}

const pool = Buffer.alloc(4096)
// eslint-disable-next-line no-restricted-syntax -- the place of the first unused byte
let next = pool.length

/** Creates a random identifier of 8 or 16 bytes, in hexadecimal digits. */
export function createId (bytes: 8 | 16): string {
  if (next + bytes > pool.length) {
    randomFillSync(pool)
    next = 0
  }
  next += bytes
  return pool.toString('hex', next - bytes, next)
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
