import { Fault } from '@floodgate/core'

/** A script failed, or asked for an error: code of faults. */
const FG_ERR_LUA_SCRIPT = 'FG_ERR_LUA_SCRIPT'
/** A script used up its instructions, its memory: codes of faults. */
export type LimitCode = 'FG_ERR_LUA_INSTRUCTIONS' | 'FG_ERR_LUA_MEMORY'
/** A body that a script reads cannot be read: code of faults. */
const FG_ERR_LUA_BODY = 'FG_ERR_LUA_BODY'

/** What a script asked for with `custom_error`. A type of '' or none is that of plain text. */
export function customFault (namespace: string, message: string, status: number, contentType: string | null): Fault {
  const isPossible = status >= 200 && status <= 599
  return new Fault('refused', FG_ERR_LUA_SCRIPT, message, {
    status: isPossible ? status : 500,
    detail: `${namespace}: custom_error: ${message}`,
    ...(contentType !== null && contentType !== '' && { answer: { body: message, contentType } })
  })
}

/** An error that a script has not caught; `text` is for clients too. */
export function scriptFault (namespace: string, text: string, cause?: unknown): Fault {
  return new Fault('refused', FG_ERR_LUA_SCRIPT, text, { detail: `${namespace}: ${text}`, ...(cause !== undefined && { cause }) })
}

export function limitFault (namespace: string, code: LimitCode, message: string): Fault {
  return new Fault('refused', code, 'internal error', { detail: `${namespace}: ${message}` })
}

/** A script has made a document that is too large to be written, or that is in itself. */
export function largeDocument (namespace: string): Fault {
  return limitFault(namespace, 'FG_ERR_LUA_MEMORY', 'the response has too many values, or an object is in itself')
}

/** A client's body ends early, before a script has read it. */
export function brokenBody (cause: unknown): Fault {
  return new Fault('request', FG_ERR_LUA_BODY, 'unexpected EOF', { status: 400, cause })
}

/** A backend's body ends early, before a script has read it. */
export function brokenAnswer (cause: unknown): Fault {
  return cause instanceof Fault ? cause : new Fault('backend', FG_ERR_LUA_BODY, 'unexpected EOF', { cause })
}

export function largeAnswer (bytes: number): Fault {
  return new Fault('backend', FG_ERR_LUA_BODY, 'the response body is too large', {
    detail: `a script reads a response body of more than ${bytes} bytes`
  })
}
