import { Fault } from './errors.ts'
import { asError } from './foreign.ts'

/** External code: what it is, and where it was called. */
export interface Foreign {
  /** `the override onResponse`, `the feature acme/x` */
  readonly who: string
  /** `GET /users/{id}` */
  readonly where: string
}

/**
 * Creates the fault for external code that failed: a 500 without a message for the client, and one line in the log that
 * names the code and the endpoint.
 *
 * @param what `gave null: …`, `has not answered …`
 */
export function foreignFault ({ who, where }: Foreign, what: string, thrown?: unknown): Fault {
  const cause = thrown === undefined ? undefined : asError(thrown)
  return new Fault(
    'foreign',
    'FG_ERR_FOREIGN',
    'internal error',
    { detail: `${who} of ${where} ${what}`, ...(cause !== undefined && { cause }) }
  )
}

/**
 * Converts an error of external code to a fault: a Fault, or an error with a client error status, is returned as the
 * response.
 */
export function toForeignFault (foreign: Foreign, thrown: unknown): unknown {
  if (thrown instanceof Fault || isAnswer(thrown)) return thrown
  return foreignFault(foreign, `failed: ${asError(thrown).message}`, asError(thrown))
}

/** Returns whether an error has a status for the client (Fastify's `statusCode`) that is a client error. */
export function isAnswer (thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false
  const { statusCode } = thrown as { statusCode?: unknown }
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500
}
