/** Failures of a response, or of its connection. */
export type WireFault =
  /** The connection ended before an answer, or in the middle of its head. */
  | 'hangup'
  /** It ended in the middle of the body. */
  | 'cut'
  /** Bytes that are not HTTP/1.1, or that have two meanings. */
  | 'malformed'
  /** Head, chunk line, trailers or interim answers beyond their bounds. */
  | 'too large'
  /** The body of the request does not have the length that was announced. */
  | 'upload length'
  /** The body of the request failed, or ended early. */
  | 'upload'

// Codes of undici's world (`ClientError.code`); what has none of its own is a lost connection there.
const codes: Partial<Record<WireFault, string>> = { malformed: 'HPE_INVALID_RESPONSE', 'too large': 'UND_ERR_HEADERS_OVERFLOW' }

/** A failure of one exchange over HTTP/1.1; the call gives it a reason and a code. */
export class WireError extends Error {
  readonly fault: WireFault
  readonly code: string

  constructor (fault: WireFault, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'WireError'
    this.fault = fault
    this.code = codes[fault] ?? 'UND_ERR_SOCKET'
  }
}
