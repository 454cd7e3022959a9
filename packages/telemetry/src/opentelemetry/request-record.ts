import type { Endpoint, RequestTrace } from '@floodgate/core'
import type { FastifyReply, FastifyRequest } from 'fastify'

const key = Symbol('floodgate.telemetry')

/** What the layers of one request share. */
export interface RequestRecord {
  readonly reply: FastifyReply
  /** Where the request stands, for its endpoint; null = it is not traced. */
  readonly trace: RequestTrace | null
  /** Set by the layer of the endpoint; null = the request has not reached one. */
  endpoint: Endpoint | null
  /** Bytes written of a body whose length is not known before; -1 = they are not counted. */
  written: number
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
