import type { FastifyRequest } from 'fastify'

/** Claims of a token, as they came out of it. Names are data: ask for one with `Object.hasOwn`. */
export type Claims = Readonly<Record<string, unknown>>

const claims = Symbol('floodgate.claims')

type Holder = { [claims]?: Claims }

/** Keeps the claims of the verified token that a request was let in with, for what comes after. */
export function setClaims (request: FastifyRequest, verified: Claims): void {
  (request as Holder)[claims] = verified
}

/** Tells the claims of the verified token that a request was let in with; null where no token was asked for. */
export function claimsOf (request: FastifyRequest): Claims | null {
  return (request as Holder)[claims] ?? null
}
