import type { Route, ServerSpec } from '../conformance/suite.ts'

/**
 * What is played to a gateway: a configuration, what its upstreams answer, and requests. It has the form of a suite (see
 * ../conformance/suite.ts), so that a recording is one as well.
 */
export interface Script {
  about: string
  servers: Record<string, ServerSpec & { routes?: Route[] }>
  config: { endpoints: object[], [key: string]: unknown }
  /** Written before the start; `{{files}}` is their folder. */
  files?: Record<string, unknown>
  cases: ScriptCase[]
}

export interface ScriptCase {
  /** Its theme, seed and number. */
  name: string
  /** In front of all its endpoints and upstream paths. */
  prefix: string
  requests: ScriptRequest[]
  /** What it is a case of, where a deliberate difference has to know. */
  tags?: string[]
  /** Why each process of a gateway answers it for itself, where it does. */
  perProcess?: string
}

export interface ScriptRequest {
  path: string
  method?: string
  /** In the order in which they are sent; `Host` and the framing are added. */
  lines?: [name: string, value: string][]
  body?: string
  /** Sends the body in chunks, without a length. */
  chunked?: boolean
  /** Waits so many ms for what upstreams see later than the client has its answer. */
  settle?: number
  /** Nothing is wrong with it and its upstreams: a gateway has no reason for a status of 500 or above. */
  fine?: boolean
}
