import type { RequestTrace } from '@floodgate/core'

/** The four parts of a trace's identifier and the two of a span's, 32 bits each. */
type Identifiers = readonly [number, number, number, number, number, number]

const digits = Buffer.from('0123456789abcdef')
/** The value of `traceparent`, written again and again. */
const text = Buffer.from(`00-${'0'.repeat(32)}-${'0'.repeat(16)}-00`)

/**
 * Where a request stands in a trace. Identifiers are numbers, because what is recorded needs their bytes; their digits are made
 * when they are read.
 */
export class SpanContext implements RequestTrace {
  readonly isSampled: boolean
  readonly state: string
  readonly baggage: string
  /** The trace's identifier, in signed numbers of 32 bits; the first has its first digits. */
  readonly trace0: number
  readonly trace1: number
  readonly trace2: number
  readonly trace3: number
  /** The span's. */
  readonly span0: number
  readonly span1: number
  #traceparent: string | null = null

  constructor (
    trace0: number, trace1: number, trace2: number, trace3: number, span0: number, span1: number,
    isSampled: boolean, state: string, baggage: string
  ) {
    this.trace0 = trace0
    this.trace1 = trace1
    this.trace2 = trace2
    this.trace3 = trace3
    this.span0 = span0
    this.span1 = span1
    this.isSampled = isSampled
    this.state = state
    this.baggage = baggage
  }

  /** @throws {RangeError} if the identifiers do not have 32 and 16 hexadecimal digits */
  static from ({ traceId, spanId, isSampled, state, baggage }: RequestTrace): SpanContext {
    if (!/^[\da-f]{32}$/i.test(traceId) || !/^[\da-f]{16}$/i.test(spanId)) throw new RangeError('these are no identifiers of a span')
    const numbers = [0, 8, 16, 24, 32, 40].map((at) => Number.parseInt((traceId + spanId).slice(at, at + 8), 16) | 0)
    return new SpanContext(...numbers as unknown as Identifiers, isSampled, state, baggage)
  }

  get traceId (): string {
    return this.traceparent.slice(3, 35)
  }

  get spanId (): string {
    return this.traceparent.slice(36, 52)
  }

  /** The value of `traceparent` (W3C Trace Context, section 3.2.2). */
  get traceparent (): string {
    this.#traceparent ??= this.#write()
    return this.#traceparent
  }

  /** The same with another baggage. */
  withBaggage (baggage: string): SpanContext {
    return new SpanContext(
      this.trace0, this.trace1, this.trace2, this.trace3, this.span0, this.span1, this.isSampled, this.state, baggage
    )
  }

  /** A new span below this one. */
  child (): SpanContext {
    return new SpanContext(
      this.trace0, this.trace1, this.trace2, this.trace3, random32(), random32(), this.isSampled, this.state, this.baggage
    )
  }

  #write (): string {
    writeDigits(3, this.trace0)
    writeDigits(11, this.trace1)
    writeDigits(19, this.trace2)
    writeDigits(27, this.trace3)
    writeDigits(36, this.span0)
    writeDigits(44, this.span1)
    text[54] = this.isSampled ? 49 : 48
    return text.toString('latin1')
  }
}

/** 32 random bits. Identifiers are no secrets: the generator of `Math.random`, which each process seeds, is that of OpenTelemetry's SDK. */
export function random32 (): number {
  return (Math.random() * 2 ** 32) | 0
}

function writeDigits (at: number, value: number): void {
  for (let i = 0; i < 8; i++) text[at + i] = digits[(value >>> (28 - i * 4)) & 15]!
}
