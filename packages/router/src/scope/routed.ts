import type { FastifyRequest } from 'fastify'
import type { Match } from '../table/route-tree.ts'
import { writeAddress, writeFastifyPath } from '../table/route-pattern.ts'
import type { Route } from '../table/route-table.ts'

type Raw = FastifyRequest['raw']

/** Parameters of a request by the names between the braces; `*` is what a wildcard matched. */
export type Params = Record<string, string>

/** What was found out about a request before Fastify's router saw it. */
interface Routed {
  readonly method: string
  readonly path: string
  readonly params: Params
  /** The address as the client wrote it. */
  readonly url: string
}

const routed = Symbol('floodgate.routed')

/**
 * The path by which Fastify's router knows a route: its own, or where that router cannot express it one that only
 * requests sent on by `sendTo` may use.
 */
export function registeredPath ({ pattern }: Route): { path: string, isAlias: boolean } {
  const path = writeFastifyPath(pattern)
  return path === null ? { path: `/__floodgate/${Buffer.from(pattern.path).toString('hex')}`, isAlias: true } : { path, isAlias: false }
}

/**
 * Gives a request the address by which Fastify's router finds the matched route, and remembers the parameters: they may
 * be more than an address can say.
 */
export function sendTo (raw: Raw, { route, values }: Match, prefix: string, query: string): string {
  const { method, pattern } = route
  const { path, isAlias } = registeredPath(route)
  const params: Params = {}
  for (const [i, name] of pattern.names.entries()) params[name] = values[i]!
  Object.assign(raw, { [routed]: { method, path: pattern.path, params, url: raw.url! } satisfies Routed })
  return `${prefix}${isAlias ? path : writeAddress(pattern, values)}${query}`
}

/** The parameters found for this route; null when the request was not sent to it. */
export function sentParams (raw: Raw, { method, pattern }: Route): Params | null {
  const found = (raw as { [routed]?: Routed })[routed]
  return found !== undefined && found.path === pattern.path && found.method === method ? found.params : null
}

/** Whether the request was sent to a route already. */
export function wasSent (raw: Raw): boolean {
  return (raw as { [routed]?: Routed })[routed] !== undefined
}

/** The address as the client wrote it. */
export function writtenUrl (request: FastifyRequest): string {
  return (request.raw as { [routed]?: Routed })[routed]?.url ?? request.originalUrl
}
