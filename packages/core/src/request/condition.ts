import type { FastifyRequest } from 'fastify'
import type { CoreRequest } from './request.ts'

/** Returns whether a request meets a condition; `value` is an additional variable of the condition. */
export type Condition = (request: FastifyRequest, value: string) => boolean

/**
 * Compiles a condition of the configuration in the language of `security/policies`: the interface between the features
 * that have conditions and the one that evaluates them.
 *
 * @throws {SyntaxError} the condition is invalid
 */
export type CompileCondition = (source: string) => Condition

/**
 * Compiles a condition over a request on its way through the steps: its parameters (those of a sequence too), the headers and
 * query parameters that may pass, and the token's claims. One that fails does not hold.
 *
 * @throws {SyntaxError} what it is not
 */
export type CompileRequestCondition = (source: string) => (request: CoreRequest) => boolean
