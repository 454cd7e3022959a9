import { Fault } from '@floodgate/core'

/** A client's body is not a JSON object and cannot provide the variables of a mutation: code of faults. */
const FG_ERR_BACKENDS_GRAPHQL_VARIABLES = 'FG_ERR_BACKENDS_GRAPHQL_VARIABLES'

/** As on the reference, such a body counts as a failure of the backend (500), not of the client (400). */
export function variablesFault (message: string, cause?: unknown): Fault {
  return new Fault(
    'backend',
    FG_ERR_BACKENDS_GRAPHQL_VARIABLES,
    message,
    { detail: `backend/graphql: ${message}`, ...(cause !== undefined && { cause }) }
  )
}

/** A client's body ends early, before its variables are read. */
export function brokenBody (cause: unknown): Fault {
  return new Fault('request', FG_ERR_BACKENDS_GRAPHQL_VARIABLES, 'unexpected EOF', { status: 400, cause })
}
