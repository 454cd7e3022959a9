import { asError, Fault, findWrongHeaders, foreignFault, type FaultKind } from '@floodgate/core'
import type { Phase } from './module/shape.ts'
import { placeInStack } from './module/error-place.ts'

/** Where a function of a script is called, for messages. */
export interface ScriptCall {
  /** The module as configured: `./scripts/orders.mjs`. */
  readonly module: string
  /** Its file, absolute. */
  readonly file: string
  /** `GET /orders/{id}`, or `the service`. */
  readonly where: string
  /** Whether it stands around a backend. */
  readonly isBackend: boolean
}

const FG_ERR_MODIFIERS_SCRIPT = 'FG_ERR_MODIFIERS_SCRIPT'

/** The error that `context.error()` creates. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError'
  readonly statusCode: number
  readonly body: string | Uint8Array | null
  readonly contentType: string

  constructor (status: number, body?: string | Uint8Array, contentType = 'text/plain; charset=utf-8') {
    super(`refused with status ${status}`)
    if (body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array)) {
      throw new TypeError('context.error: the body must be a string or bytes; write JSON with JSON.stringify()')
    }
    if (findWrongHeaders({ 'content-type': String(contentType) }) !== null) {
      throw new TypeError('context.error: the content type has characters that HTTP does not allow')
    }
    this.statusCode = status
    this.body = body ?? null
    this.contentType = contentType
  }
}

/**
 * Converts what a function has thrown: an error with a status is the response, anything else is a 500 whose cause, with
 * file and line, is only logged.
 */
export function thrownFault (call: ScriptCall, phase: Phase, thrown: unknown): Fault {
  try {
    return readThrown(call, phase, thrown)
  } catch {
    // Its properties throw, or are not texts: nothing of it is safe to read.
    return scriptFault(call, phase, 'threw a value that cannot be read')
  }
}

function readThrown (call: ScriptCall, phase: Phase, thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown
  const error = asError(thrown)
  const at = placeInStack(error, call.file)
  const status = statusOf(error)
  if (status === null) return scriptFault(call, phase, `failed${at === null ? '' : ` at ${at}`}: ${error.message}`, error)
  const { body = null, contentType = 'text/plain; charset=utf-8' } = error instanceof ScriptError ? error : {}
  return new Fault(kindOf(call, status), FG_ERR_MODIFIERS_SCRIPT, error.message, {
    status,
    detail: `${describe(call)} answered with status ${status}${at === null ? '' : ` at ${at}`}`,
    ...body !== null && { answer: { body: typeof body === 'string' ? body : Buffer.from(body), contentType, always: true } }
  })
}

/** The fault for a function that misbehaves. */
function scriptFault (call: ScriptCall, phase: Phase, what: string, cause?: unknown): Fault {
  return foreignFault({ who: `the function ${phase} of ${call.module} (floodgate.script)`, where: call.where }, what, cause)
}

/** The fault for a function that is still running when its time is over. */
export function timedOut (call: ScriptCall, phase: Phase, reason: Fault): Fault {
  if (reason.kind !== 'deadline') return reason
  return new Fault('deadline', FG_ERR_MODIFIERS_SCRIPT, reason.message, {
    detail: `the function ${phase} of ${describe(call)} had not ended at the timeout`,
    cause: reason
  })
}

/** The client's body broke off. */
export function brokenBody (cause: unknown): Fault {
  return new Fault('request', FG_ERR_MODIFIERS_SCRIPT, 'the body of the request ended early', { status: 400, cause })
}

/** The body of a backend's response cannot be read. */
export function unreadableAnswer (message: string, cause?: unknown): Fault {
  return new Fault('backend', FG_ERR_MODIFIERS_SCRIPT, 'the response cannot be read', {
    detail: `floodgate.script: ${message}`,
    ...cause !== undefined && { cause }
  })
}

function describe ({ module, where }: ScriptCall): string {
  return `floodgate.script ${module} of ${where}`
}

/** As on the reference, what a script around a backend refuses counts for its circuit breaker. */
function kindOf ({ isBackend }: ScriptCall, status: number): FaultKind {
  return !isBackend && status >= 400 && status < 500 ? 'request' : 'refused'
}

/** A status that an error asks for, as Fastify's errors do. */
function statusOf (error: Error): number | null {
  if (error instanceof ScriptError) return error.statusCode
  const { statusCode } = error as { statusCode?: unknown }
  return typeof statusCode === 'number' && Number.isInteger(statusCode) && statusCode >= 400 && statusCode <= 599 ? statusCode : null
}
