import type { Attribute } from '../metrics/meter.ts'

/** An attribute of a span: headers are lists. */
export type SpanAttribute = Attribute | readonly [name: string, value: readonly string[]]

export interface SpanEvent {
  readonly name: string
  /** ms since the epoch. */
  readonly time: number
}

/** A finished span, as the exporters take it. */
export interface Span {
  readonly traceId: string
  readonly spanId: string
  /** '' = it has no parent. */
  readonly parentId: string
  readonly isRemoteParent: boolean
  readonly state: string
  readonly name: string
  readonly kind: 'server' | 'internal' | 'client'
  /** ms since the epoch, with fractions. */
  readonly start: number
  readonly end: number
  readonly status: 'unset' | 'ok' | 'error'
  /** Why it failed; '' if it did not. */
  readonly message: string
  readonly attributes: readonly SpanAttribute[]
  readonly events: readonly SpanEvent[]
}

/** Takes finished spans. Must not throw. */
export type TakeSpan = (span: Span) => void

/** Converts a time of `performance.now()` to ms since the epoch. */
export function toEpoch (time: number): number {
  return performance.timeOrigin + time
}
