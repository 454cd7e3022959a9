import type { FastifyRequest } from 'fastify'
import type { Call } from './call.ts'
import { defaultMaxHeldBody } from './max-held-body.ts'
import type { Body, Headers, Query } from './message.ts'
import type { RequestTrace } from './request-trace.ts'

/**
 * One request on its way through the steps. The endpoint's steps see the parts of the client's request that the
 * endpoint accepts; each backend's steps see their own copy (`fork`), whose `method`, `origin` and `target` are those
 * of the backend request.
 *
 * A step may assign the fields of its request, but must not change the objects in `params`, `headers` and `query`: they
 * may be shared. Replace them (`request.headers = { ...request.headers, name: value }`).
 */
export class CoreRequest {
  method: string
  /** Parameters by the name between the braces: path parameters decoded, `resp0_x` of a sequence, `JWT.x` of a token. */
  params: Readonly<Record<string, string>>
  /** Accepted headers, names in lower case. */
  headers: Readonly<Headers>
  /** Accepted query parameters, decoded; null = none. */
  query: Query | null
  body: Body
  /** Backend's origin (`http://api:8080`); '' before a host is chosen. */
  origin = ''
  /**
   * Address that is chosen for an origin whose name has several (`sd: dns-a`); it counts while that is the request's
   * origin. null = what the name leads to.
   */
  address: { readonly origin: string, readonly address?: string | null } | null = null
  /** Path and query to call on it, encoded; '' before it is built. */
  target = ''
  /** How many bytes of the body `holdBody` reads. Default 8 MiB. */
  maxHeldBody = defaultMaxHeldBody
  /** Where it stands in a distributed trace; null = it is not traced. */
  trace: RequestTrace | null = null
  /** Deadline and early end. */
  call: Call
  /** The client's request as Fastify has it. */
  readonly incoming: FastifyRequest

  constructor (
    incoming: FastifyRequest,
    call: Call,
    method: string,
    params: Readonly<Record<string, string>>,
    headers: Readonly<Headers>,
    query: Query | null,
    body: Body
  ) {
    this.incoming = incoming
    this.call = call
    this.method = method
    this.params = params
    this.headers = headers
    this.query = query
    this.body = body
  }

  /** Copies the request for one of several receivers; a stream as body must have been read before. */
  fork (): CoreRequest {
    const copy = new CoreRequest(this.incoming, this.call, this.method, this.params, this.headers, this.query, this.body)
    copy.origin = this.origin
    copy.address = this.address
    copy.target = this.target
    copy.maxHeldBody = this.maxHeldBody
    copy.trace = this.trace
    return copy
  }
}
