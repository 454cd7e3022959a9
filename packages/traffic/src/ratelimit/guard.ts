import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ClientKey } from './client-key.ts'
import { everybody, type Limiter } from './limiter.ts'
import { answerEarly } from '@floodgate/core'

/** A limit and the status for requests that exceed it. */
export interface Limit {
  readonly limiter: Limiter
  /** Absent: one bucket for all requests. */
  readonly key?: ClientKey
  readonly status: 429 | 503
}

/** A hook that passes a request on or answers it. */
export type Guard = (request: FastifyRequest, reply: FastifyReply, done: () => void) => void

/** Creates the hook of one or more limits, checked in order; a client that cannot be identified is refused. */
export function createGuard (limits: readonly Limit[]): Guard | undefined {
  if (limits.length === 0) return undefined
  return limits.map(createSingle).reduceRight((next, first) => (request, reply, done) => {
    first(request, reply, () => { next(request, reply, done) })
  })
}

function createSingle ({ limiter, key, status }: Limit): Guard {
  return function limitRate (request, reply, done) {
    const name = key === undefined ? everybody : key(request)
    const allowed = key !== undefined && name === '' ? false : limiter.take(name)
    if (allowed === true) done()
    else if (allowed === false) answerEarly(request, reply, status)
    else allowed.then((allowed) => { if (allowed) done(); else answerEarly(request, reply, status) })
  }
}
