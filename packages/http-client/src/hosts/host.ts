import { flatten, readFields, type RequestHeaders } from '../call/request-headers.ts'

/** One of the hosts that can serve the requests of a backend in place of each other. */
export interface Host {
  /** Scheme, host and port: `http://api:8080`. */
  readonly origin: string
  /** What stands before the path of each request; '' = nothing. */
  readonly base: string
  /** Credentials of its address, as the value of the header Authorization; null = none. */
  readonly authorization: string | null
  /** Its share of the requests; those of a weight of 0 get none while others have one. */
  readonly weight: number
  /**
   * IP address to connect to, if the name of the origin has several that are hosts of their own; TLS and the Host header
   * have the name. Absent = what the name leads to at each connection.
   */
  readonly address?: string | null
}

/** What distinguishes hosts: the origin, and the address where that counts. */
export function keyOfHost (origin: string, address: string | null | undefined): string {
  return address ? `${origin} ${address}` : origin
}

/** A host as messages name it: `http://api:8080 at 10.0.0.1`. */
export function nameHost (origin: string, address: string | null | undefined): string {
  return address ? `${origin} at ${address}` : origin
}

/** A request as it is addressed to one host. */
export interface Addressed {
  readonly path: string
  readonly headers: RequestHeaders
}

/** Addresses to one host what was addressed to another: its base path, and its credentials, change. */
export function readdress ({ path, headers }: Addressed, from: Host, to: Host): Addressed {
  return {
    path: from.base === to.base ? path : to.base + path.slice(from.base.length),
    headers: from.authorization === to.authorization ? headers : withCredentials(headers, from.authorization, to.authorization)
  }
}

/** The request's own credentials take precedence over those of an address, and stay. */
function withCredentials (headers: RequestHeaders, former: string | null, next: string | null): RequestHeaders {
  const fields = readFields(headers)
  const own = fields.find(([name]) => name === 'authorization')
  if (own !== undefined && own[1] !== former) return headers
  const others = fields.filter((field) => field !== own)
  return flatten(next === null ? others : [...others, ['authorization', next]])
}
