import type { FastifyRequest } from 'fastify'

/** Claims of a token, as decoded. Names are data: check for one with `Object.hasOwn`. */
export type Claims = Readonly<Record<string, unknown>>

const claims = Symbol('floodgate.claims')

type Holder = { [claims]?: Claims }

/** Stores the claims of the verified token of a request. */
export function setClaims (request: FastifyRequest, verified: Claims): void {
  (request as Holder)[claims] = verified
}

/** Returns the claims of the verified token of a request; null if no token was required. */
export function claimsOf (request: FastifyRequest): Claims | null {
  return (request as Holder)[claims] ?? null
}
