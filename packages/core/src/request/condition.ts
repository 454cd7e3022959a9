import type { FastifyRequest } from 'fastify'
import type { CoreRequest } from './request.ts'

/** Tells whether a request fits, with one text more that the condition calls `value`. */
export type Condition = (request: FastifyRequest, value: string) => boolean

/**
 * Compiles a condition that features take from the configuration, in the language of `security/policies`: the seam
 * between the features that have conditions and the one that can evaluate them.
 *
 * @throws {SyntaxError} what it is not
 */
export type CompileCondition = (source: string) => Condition

/**
 * Compiles a condition over a request on its way through the steps: its parameters (those of a sequence too), the headers and
 * query parameters that may pass, and the token's claims. One that fails does not hold.
 *
 * @throws {SyntaxError} what it is not
 */
export type CompileRequestCondition = (source: string) => (request: CoreRequest) => boolean
