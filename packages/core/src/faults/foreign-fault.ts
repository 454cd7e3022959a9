import { Fault } from './errors.ts'
import { asError } from './foreign.ts'

/** Code that is not the gateway's: what it is, and where it was called. */
export interface Foreign {
  /** `the override onResponse`, `the feature acme/x` */
  readonly who: string
  /** `GET /users/{id}` */
  readonly where: string
}

/**
 * Makes the fault of foreign code that failed: a 500 without a text for the client, and one line in the log that names the
 * code and the endpoint.
 *
 * @param what `gave null: …`, `has not answered …`
 */
export function foreignFault ({ who, where }: Foreign, what: string, thrown?: unknown): Fault {
  const cause = thrown === undefined ? undefined : asError(thrown)
  return new Fault('foreign', 'FG_ERR_FOREIGN', 'internal error', { detail: `${who} of ${where} ${what}`, ...(cause !== undefined && { cause }) })
}

/** What foreign code threw, as the failure it is: a Fault, or an error with a status for the client, is meant as an answer. */
export function judgeThrown (foreign: Foreign, thrown: unknown): unknown {
  if (thrown instanceof Fault || isAnswer(thrown)) return thrown
  return foreignFault(foreign, `failed: ${asError(thrown).message}`, asError(thrown))
}

/** An error that says which status the client is to get (Fastify's `statusCode`), and that it is the client's mistake. */
export function isAnswer (thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false
  const { statusCode } = thrown as { statusCode?: unknown }
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500
}
