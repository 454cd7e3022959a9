/** Where a request stands in a distributed trace: W3C Trace Context. The steps of one request share or replace it. */
export interface RequestTrace {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  /** 16 hexadecimal digits: the parent of what is called from here. */
  readonly spanId: string
  /** Whether spans of this trace are recorded. */
  readonly isSampled: boolean
  /** Value of `tracestate`, passed on unchanged; '' = none. */
  readonly state: string
  /** Value of `baggage` (W3C Baggage), passed on unchanged; '' = none. */
  readonly baggage: string
}
