import { Fault } from '@floodgate/core'

/** A client's body is not the JSON object that variables of a mutation are made of: code of faults. */
export const FG_ERR_BACKENDS_GRAPHQL_VARIABLES = 'FG_ERR_BACKENDS_GRAPHQL_VARIABLES'

/** As on the reference a body without variables is a failed backend, with 500, not the client's 400. */
export function variablesFault (message: string, cause?: unknown): Fault {
  return new Fault('backend', FG_ERR_BACKENDS_GRAPHQL_VARIABLES, message, { detail: `backend/graphql: ${message}`, ...(cause !== undefined && { cause }) })
}

/** A client's body breaks off before its variables are read. */
export function brokenBody (cause: unknown): Fault {
  return new Fault('request', FG_ERR_BACKENDS_GRAPHQL_VARIABLES, 'unexpected EOF', { status: 400, cause })
}
