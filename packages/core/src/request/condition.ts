import type { FastifyRequest } from 'fastify'

/** Tells whether a request fits, with one text more that the condition calls `value`. */
export type Condition = (request: FastifyRequest, value: string) => boolean

/**
 * Compiles a condition that features take from the configuration, in the language of `security/policies`: the seam
 * between the features that have conditions and the one that can evaluate them.
 *
 * @throws {SyntaxError} what it is not
 */
export type CompileCondition = (source: string) => Condition
