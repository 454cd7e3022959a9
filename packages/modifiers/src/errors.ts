import { Fault } from '@floodgate/core'

/** A modifier of `modifier/martian` cannot change a request or a response: code of faults. */
export const FG_ERR_MODIFIERS_MARTIAN = 'FG_ERR_MODIFIERS_MARTIAN'

/** A replacement of `modifier/response-body` that takes too long, or makes too long a text: code of faults. */
export const FG_ERR_MODIFIERS_RESPONSE_BODY = 'FG_ERR_MODIFIERS_RESPONSE_BODY'

/** As on the reference, this counts as a failure of the backend. */
export function martianFault (message: string, cause?: unknown): Fault {
  return new Fault('backend', FG_ERR_MODIFIERS_MARTIAN, message, { detail: `modifier/martian: ${message}`, ...(cause !== undefined && { cause }) })
}

/** What a backend sent cannot be changed within bounds. */
export function responseBodyFault (detail: string): Fault {
  return new Fault('backend', FG_ERR_MODIFIERS_RESPONSE_BODY, 'the response cannot be modified', { detail: `modifier/response-body: ${detail}` })
}

/** An expression of `modifier/jmespath` that cannot be evaluated for the data that came: code of faults. */
export const FG_ERR_MODIFIERS_JMESPATH = 'FG_ERR_MODIFIERS_JMESPATH'

/** Data of another type than an expression needs, or too much of it. */
export function jmespathFault (message: string, cause: unknown): Fault {
  return new Fault('backend', FG_ERR_MODIFIERS_JMESPATH, 'the response cannot be modified', { detail: `modifier/jmespath: ${message}`, cause })
}
