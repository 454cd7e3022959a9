import type { Endpoint, PassedBody, RequestTrace } from '@floodgate/core'
import type { FastifyReply, FastifyRequest } from 'fastify'

const key = Symbol('floodgate.telemetry')

/** What those that measure one request share. */
export interface RequestRecord {
  readonly reply: FastifyReply
  /** Where the request stands, for its endpoint; null = it is not traced. */
  trace: RequestTrace | null
  /** Set by what watches the endpoint; null = the request has not reached one. */
  endpoint: Endpoint | null
  /** Bytes written of a body that is counted; -1 = it is not. */
  written: number
  /** A body that is passed on, and knows how much of it has been; null = there is none. */
  passed: PassedBody | null
}

type Recorded = { [key]?: RequestRecord }

/** Returns the record of a request, which it makes if there is none. */
export function openRecord (request: FastifyRequest, reply: FastifyReply): RequestRecord {
  // A property of Node's request is found faster than an entry of a WeakMap.
  const recorded = request.raw as unknown as Recorded
  recorded[key] ??= { reply, trace: null, endpoint: null, written: -1, passed: null }
  return recorded[key]
}

/** Undefined for requests that are not measured. */
export function recordOf (request: FastifyRequest): RequestRecord | undefined {
  return (request.raw as unknown as Recorded)[key]
}

/** The endpoint that the request's route is for, whether or not the request reaches it. */
export function endpointOf (request: FastifyRequest): Endpoint | null {
  const config = request.routeOptions.config as { floodgate?: { endpoint?: Endpoint } } | undefined
  return config?.floodgate?.endpoint ?? null
}

/** Where a request stands in its trace; null if it is not traced, or not yet. */
export function traceOf (raw: object | undefined): RequestTrace | null {
  return (raw as Recorded | undefined)?.[key]?.trace ?? null
}
