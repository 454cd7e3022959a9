import type { FastifyRequest } from 'fastify'

/** One served request, after its response has ended or its client has disconnected. */
export interface AccessEntry {
  request: FastifyRequest
  clientIp: string
  /** Status that was sent; 499 if the client disconnected before that. */
  status: number
  /** Duration in ms, from the request's headers to the end of its response. */
  latency: number
  /** End of the response, in ms since the epoch. */
  time: number
  /** Why the response, or a part of it, failed. */
  failures: readonly string[]
}

/** Returns the query of a request target, as it was sent, without the question mark; '' if there is none. */
export function queryOf (target: string): string {
  const end = target.indexOf('?')
  return end === -1 ? '' : target.slice(end + 1)
}

/** Returns the path percent-decoded, or unchanged if it cannot be decoded. */
export function decodePath (path: string): string {
  if (!path.includes('%')) return path
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
