import { Fault } from '@floodgate/core'

/** Codes of every fault this package raises. */
export const codes = {
  FG_ERR_AGGREGATE_STATUS: 'a backend answered with a status other than 200 and 201',
  FG_ERR_AGGREGATE_BODY: 'a backend\'s answer broke off before its end',
  FG_ERR_AGGREGATE_INFLATE: 'a backend\'s answer says gzip but is not, or is larger than what is inflated',
  FG_ERR_AGGREGATE_DECODE: 'a backend\'s answer is not what its `encoding` says, or has more levels or values than are decoded',
  FG_ERR_AGGREGATE_ENCODE: 'the answer cannot be written in the endpoint\'s `output_encoding`',
  FG_ERR_AGGREGATE_REQUEST_BODY: 'the client\'s body broke off before every backend could be given it',
  FG_ERR_AGGREGATE_MERGE: 'one or more of several backends failed',
  FG_ERR_AGGREGATE_PART: 'a step of one backend broke in a way it should not: see the cause',
  FG_ERR_AGGREGATE_NO_BACKEND: 'an endpoint has only shadow backends: thrown when its step is created',
  FG_ERR_AGGREGATE_RACE: 'a concurrent call ended because another one was faster; never reaches a client'
} as const

export const badStatus = (message: string, detail: string, rest: { status?: number, answer?: { body: Buffer, contentType: string } } = {}) => new Fault('backend', 'FG_ERR_AGGREGATE_STATUS', message, { detail, ...rest })
export const brokenBody = (cause: unknown) => new Fault('backend', 'FG_ERR_AGGREGATE_BODY', 'the answer of the backend broke off before its end', { cause })
export const badGzip = (cause: unknown) => new Fault('backend', 'FG_ERR_AGGREGATE_INFLATE', 'the answer of the backend says gzip but cannot be inflated', { cause })
export const badAnswer = (message: string, cause?: unknown) => new Fault('backend', 'FG_ERR_AGGREGATE_DECODE', message, cause === undefined ? {} : { cause })
/** An answer with more levels or values than are built: docs/limits.md. */
export const tooMuch = (how: string) => badAnswer(`the answer of the backend ${how}`)
export const badDocument = (cause: unknown) => new Fault('backend', 'FG_ERR_AGGREGATE_ENCODE', 'the answer cannot be written in the output encoding of this endpoint', { cause })
export const brokenRequestBody = (cause: unknown) => new Fault('request', 'FG_ERR_AGGREGATE_REQUEST_BODY', 'the body of the request broke off before its end', { status: 400, cause })

export const brokenPart = (cause: unknown) => new Fault('backend', 'FG_ERR_AGGREGATE_PART', 'a backend could not be asked', { detail: String(cause), cause })
export const noBackend = () => new Fault('backend', 'FG_ERR_AGGREGATE_NO_BACKEND', 'all backends of this endpoint are shadows, so that there is nobody to answer: remove `shadow` from one of them')
export const lostRace = () => new Fault('abort', 'FG_ERR_AGGREGATE_RACE', 'another call to the backend was faster')

/** Makes one fault of what failed among several backends: texts by line, and none of their statuses, as in the reference. */
export function joinFaults (faults: readonly Fault[]): Fault {
  return new Fault(faults[0]!.kind, 'FG_ERR_AGGREGATE_MERGE', join(faults, 'message'), {
    detail: join(faults, 'detail'),
    cause: faults.length === 1 ? faults[0] : new AggregateError(faults)
  })
}

function join (faults: readonly Fault[], text: 'message' | 'detail'): string {
  return faults.map((fault) => fault[text]).join('\n')
}
