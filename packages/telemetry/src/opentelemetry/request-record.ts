import type { FastifyReply, FastifyRequest } from 'fastify'
import type { RequestTrace } from '@floodgate/core'

const key = Symbol('floodgate.telemetry')

/** What the layers of one request share. */
export interface RequestRecord {
  readonly reply: FastifyReply
  /** Where the request stands, for its endpoint; null = it is not traced. */
  readonly trace: RequestTrace | null
}

type Recorded = { [key]?: RequestRecord }

/** A property of Node's request is found faster than an entry of a WeakMap. */
export function setRecord (request: FastifyRequest, record: RequestRecord): void {
  (request.raw as unknown as Recorded)[key] = record
}

/** Undefined for requests that are not reported. */
export function recordOf (request: FastifyRequest): RequestRecord | undefined {
  return (request.raw as unknown as Recorded)[key]
}
