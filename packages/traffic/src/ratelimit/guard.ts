import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ClientKey } from './client-key.ts'
import { everybody, type Limiter } from './limiter.ts'
import { answerEarly } from '@floodgate/core'
import type { LimitCounters } from './limit-metrics.ts'
import type { Refusals } from './refusals.ts'

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
export function createGuard (limits: readonly Limit[], counters?: LimitCounters): Guard | undefined {
  if (limits.length === 0) return undefined
  const guard = limits.map((limit) => createSingle(limit, limit.key === undefined ? counters?.all : counters?.client))
    .reduceRight((next, first) => (request, reply, done) => {
      first(request, reply, () => { next(request, reply, done) })
    })
  if (counters === undefined) return guard
  const { allowed } = counters
  return (request, reply, done) => {
    guard(request, reply, () => {
      allowed.add()
      done()
    })
  }
}

function createSingle ({ limiter, key, status }: Limit, refused: Refusals | undefined): Guard {
  const refuse = (request: FastifyRequest, reply: FastifyReply): void => {
    refused?.add()
    answerEarly(request, reply, status)
  }
  return function limitRate (request, reply, done) {
    const name = key === undefined ? everybody : key(request)
    const allowed = key !== undefined && name === '' ? false : limiter.take(name)
    if (allowed === true) done()
    else if (allowed === false) refuse(request, reply)
    else allowed.then((allowed) => { if (allowed) done(); else refuse(request, reply) })
  }
}
