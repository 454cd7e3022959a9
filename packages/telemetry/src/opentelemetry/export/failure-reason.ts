import type { CollectorAnswer } from './post.ts'
import { failure } from './encoding/otlp-messages.ts'
import { readProtobuf } from './encoding/read-protobuf.ts'

/** Most characters of a collector's own words that are logged. */
const maxReason = 256

/** What a collector says of a request that it did not accept, in brackets; '' = nothing (OTLP specification, "Failures"). */
export function readFailureReason ({ fields, body }: CollectorAnswer): string {
  const type = String(fields['content-type'] ?? '')
  try {
    const { message } = body === null
      ? {}
      : type.startsWith('application/json')
        ? JSON.parse(body.toString()) as { message?: unknown }
        : type.startsWith('application/x-protobuf') ? readProtobuf(body, failure) : {}
    return quoteReason(message)
  } catch {
    return ''
  }
}

/** A collector's own words for a log line; '' = it has none. */
export function quoteReason (message: unknown): string {
  return typeof message !== 'string' || message === '' ? '' : ` (${message.slice(0, maxReason)})`
}

/** The same of a header `grpc-message`, which is percent-encoded (gRPC over HTTP/2, "Responses"). */
export function quoteGrpcMessage (message: unknown): string {
  if (typeof message !== 'string') return ''
  try {
    return quoteReason(decodeURIComponent(message))
  } catch {
    return quoteReason(message)
  }
}
