import { Fault } from '@floodgate/core'

/** Codes of every fault this package raises. */
export const codes = {
  FG_ERR_AGGREGATE_STATUS: 'a backend answered with a status other than 200 and 201',
  FG_ERR_AGGREGATE_BODY: 'the response of a backend ended early',
  FG_ERR_AGGREGATE_INFLATE: 'the response of a backend is declared as gzip but is not, or is larger than the limit when it is decompressed',
  FG_ERR_AGGREGATE_DECODE: 'the response of a backend does not have the configured `encoding`, or has more levels or values than the limits allow',
  FG_ERR_AGGREGATE_ENCODE: 'the response cannot be serialized in the endpoint\'s `output_encoding`',
  FG_ERR_AGGREGATE_REQUEST_BODY: 'the client\'s body ended early, before it could be sent to every backend',
  FG_ERR_AGGREGATE_MERGE: 'one or more of several backends failed',
  FG_ERR_AGGREGATE_PART: 'unexpected error in a step of one backend: see the cause',
  FG_ERR_AGGREGATE_NO_BACKEND: 'an endpoint has only shadow backends: thrown when its step is created',
  FG_ERR_AGGREGATE_RACE: 'a concurrent call ended because another one was faster; never reaches a client'
} as const

export const badStatus = (
  message: string,
  detail: string,
  rest: { status?: number, answer?: { body: Buffer, contentType: string } } = {}
) => new Fault('backend', 'FG_ERR_AGGREGATE_STATUS', message, { detail, ...rest })
export const brokenBody = (cause: unknown) =>
  new Fault('backend', 'FG_ERR_AGGREGATE_BODY', 'the response of the backend ended early', { cause })
export const badGzip = (cause: unknown) =>
  new Fault('backend', 'FG_ERR_AGGREGATE_INFLATE', 'the response of the backend is declared as gzip but cannot be decompressed', { cause })
export const badAnswer = (message: string, cause?: unknown) => new Fault(
  'backend',
  'FG_ERR_AGGREGATE_DECODE',
  message,
  cause === undefined ? {} : { cause }
)
/** A response with more levels or values than the limits allow: docs/limits.md. */
export const tooMuch = (how: string) => badAnswer(`the response of the backend ${how}`)
export const badDocument = (cause: unknown) =>
  new Fault('backend', 'FG_ERR_AGGREGATE_ENCODE', 'the response cannot be serialized in the output encoding of this endpoint', { cause })
export const brokenRequestBody = (cause: unknown) =>
  new Fault('request', 'FG_ERR_AGGREGATE_REQUEST_BODY', 'the body of the request ended early', { status: 400, cause })

export const brokenPart = (cause: unknown) =>
  new Fault('backend', 'FG_ERR_AGGREGATE_PART', 'a backend could not be called', { detail: String(cause), cause })
export const noBackend = () =>
  new Fault('backend', 'FG_ERR_AGGREGATE_NO_BACKEND', 'all backends of this endpoint are shadows, so there is no response: remove `shadow` from one of them')
export const lostRace = () => new Fault('abort', 'FG_ERR_AGGREGATE_RACE', 'another concurrent call to the backend was faster')

/**
 * Combines the failures of several backends to one fault: one message per line, without their statuses, as in the
 * reference.
 */
export function joinFaults (faults: readonly Fault[]): Fault {
  return new Fault(faults[0]!.kind, 'FG_ERR_AGGREGATE_MERGE', join(faults, 'message'), {
    detail: join(faults, 'detail'),
    cause: faults.length === 1 ? faults[0] : new AggregateError(faults)
  })
}

function join (faults: readonly Fault[], text: 'message' | 'detail'): string {
  return faults.map((fault) => fault[text]).join('\n')
}
