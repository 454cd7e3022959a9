import type { FastifyRequest } from 'fastify'
import type { Match } from '../table/route-tree.ts'
import { writeAddress, writeFastifyPath } from '../table/route-pattern.ts'
import type { Route } from '../table/route-table.ts'

type Raw = FastifyRequest['raw']

/** Parameters of a request by the names between the braces; `*` is what a wildcard matched. */
export type Params = Record<string, string>

/** The route found for a request before Fastify's router. */
interface Routed {
  readonly method: string
  readonly path: string
  readonly params: Params
  /** The address as sent by the client. */
  readonly url: string
}

const routed = Symbol('floodgate.routed')

/**
 * The path of a route in Fastify's router: its own, or an alias that only requests from `sendTo` may use, if that router
 * cannot express it, or the route belongs to one host.
 */
export function registeredPath ({ pattern, host }: Route): { path: string, isAlias: boolean } {
  const path = host === null ? writeFastifyPath(pattern) : null
  return path === null ? { path: `/__floodgate/${Buffer.from(pattern.path).toString('hex')}`, isAlias: true } : { path, isAlias: false }
}

/**
 * Sets the address by which Fastify's router finds the matched route, and stores the parameters, which an address
 * cannot always express.
 */
export function sendTo (raw: Raw, { route, values }: Match, prefix: string, query: string): string {
  const { method, pattern } = route
  const { path, isAlias } = registeredPath(route)
  const params: Params = {}
  for (const [i, name] of pattern.names.entries()) params[name] = values[i]!
  Object.assign(raw, { [routed]: { method, path: pattern.path, params, url: raw.url! } satisfies Routed })
  return `${prefix}${isAlias ? path : writeAddress(pattern, values)}${query}`
}

/** Returns the parameters found for this route; null if the request was not sent to it. */
export function sentParams (raw: Raw, { method, pattern }: Route): Params | null {
  const found = (raw as { [routed]?: Routed })[routed]
  return found !== undefined && found.path === pattern.path && found.method === method ? found.params : null
}

/** Returns whether the request was already sent to a route. */
export function wasSent (raw: Raw): boolean {
  return (raw as { [routed]?: Routed })[routed] !== undefined
}

/** Makes a request one that was not sent to a route, with the address as sent by the client. */
export function forgetSent (raw: Raw): void {
  const holder = raw as { [routed]?: Routed }
  raw.url = holder[routed]!.url
  delete holder[routed]
}

/** The address as sent by the client. */
export function writtenUrl (request: FastifyRequest): string {
  return (request.raw as { [routed]?: Routed })[routed]?.url ?? request.originalUrl
}
