import { Fault } from '@floodgate/core'

/** A modifier of `modifier/martian` cannot change a request or a response: code of faults. */
const FG_ERR_MODIFIERS_MARTIAN = 'FG_ERR_MODIFIERS_MARTIAN'

/** A replacement of `modifier/response-body` that takes too long, or makes too long a text: code of faults. */
const FG_ERR_MODIFIERS_RESPONSE_BODY = 'FG_ERR_MODIFIERS_RESPONSE_BODY'

/** As on the reference, this counts as a failure of the backend. */
export function martianFault (message: string, cause?: unknown): Fault {
  return new Fault(
    'backend',
    FG_ERR_MODIFIERS_MARTIAN,
    message,
    { detail: `modifier/martian: ${message}`, ...(cause !== undefined && { cause }) }
  )
}

/** What a backend sent cannot be changed within bounds. */
export function responseBodyFault (detail: string): Fault {
  return new Fault(
    'backend',
    FG_ERR_MODIFIERS_RESPONSE_BODY,
    'the response cannot be modified',
    { detail: `modifier/response-body: ${detail}` }
  )
}

/** An expression of `modifier/jmespath` that cannot be evaluated for the data that came: code of faults. */
const FG_ERR_MODIFIERS_JMESPATH = 'FG_ERR_MODIFIERS_JMESPATH'

/** Data of another type than an expression needs, or too much of it. */
export function jmespathFault (message: string, cause: unknown): Fault {
  return new Fault(
    'backend',
    FG_ERR_MODIFIERS_JMESPATH,
    'the response cannot be modified',
    { detail: `modifier/jmespath: ${message}`, cause }
  )
}

/** A template that makes a body cannot be rendered, or takes more than its bounds allow: code of faults. */
const FG_ERR_MODIFIERS_TEMPLATE = 'FG_ERR_MODIFIERS_TEMPLATE'
/** The body of a request broke off before a template could read it, or is not what its Content-Type says: code of faults. */
const FG_ERR_MODIFIERS_REQUEST_BODY = 'FG_ERR_MODIFIERS_REQUEST_BODY'
/** An answer that a template cannot read, or what it wrote cannot be read as its `content_type`: code of faults. */
const FG_ERR_MODIFIERS_GENERATED_BODY = 'FG_ERR_MODIFIERS_GENERATED_BODY'

/** Of the kind `request`, which no circuit breaker counts: what a template is given is the client's. */
export function requestTemplateFault (namespace: string, reason: string, cause: unknown): Fault {
  return new Fault(
    'request',
    FG_ERR_MODIFIERS_TEMPLATE,
    'the request body cannot be generated',
    { status: 500, detail: `${namespace}: ${reason}`, cause }
  )
}

export function responseTemplateFault (reason: string, cause: unknown): Fault {
  return new Fault(
    'backend',
    FG_ERR_MODIFIERS_TEMPLATE,
    'the response body cannot be generated',
    { detail: `modifier/response-body-generator: ${reason}`, cause }
  )
}

export function unreadableRequestBody (namespace: string, cause: unknown): Fault {
  return new Fault(
    'request',
    FG_ERR_MODIFIERS_REQUEST_BODY,
    'the request body is not what its Content-Type says',
    { status: 400, detail: `${namespace}: the request body is not what its Content-Type says`, cause }
  )
}

export function brokenRequestBody (cause: unknown): Fault {
  return new Fault('request', FG_ERR_MODIFIERS_REQUEST_BODY, 'unexpected EOF', { status: 400, cause })
}

export function responseFault (message: string, cause?: unknown): Fault {
  return new Fault(
    'backend',
    FG_ERR_MODIFIERS_GENERATED_BODY,
    'the response body cannot be generated',
    { detail: `modifier/response-body-generator: ${message}`, ...(cause !== undefined && { cause }) }
  )
}

/** A value of a body cannot be taken over by `modifier/request-body-extractor`: code of faults. */
const FG_ERR_MODIFIERS_EXTRACTOR = 'FG_ERR_MODIFIERS_EXTRACTOR'

/** The client sent a value that cannot be written where it belongs. */
export function invalidValueFault (detail: string): Fault {
  return new Fault(
    'request',
    FG_ERR_MODIFIERS_EXTRACTOR,
    'invalid request body',
    { status: 400, detail: `modifier/request-body-extractor: ${detail}` }
  )
}

/** An expression takes too much for a body. */
export function extractionFault (message: string, cause: unknown): Fault {
  return new Fault(
    'request',
    FG_ERR_MODIFIERS_EXTRACTOR,
    'invalid request body',
    { status: 400, detail: `modifier/request-body-extractor: ${message}`, cause }
  )
}

/** The client's body broke off. */
export function brokenBodyFault (cause: unknown): Fault {
  return new Fault('request', FG_ERR_MODIFIERS_EXTRACTOR, 'the body of the request ended early', { status: 400, cause })
}
