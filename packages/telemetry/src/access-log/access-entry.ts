import type { FastifyRequest } from 'fastify'

/** One served request, when its response has ended or its client has gone. */
export interface AccessEntry {
  request: FastifyRequest
  clientIp: string
  /** Status the client got; 499 when it went away before any. */
  status: number
  /** ms from the request's headers to the end of its response */
  latency: number
  /** ms since the epoch, at the end */
  time: number
  /** Why its answer, or a part of it, failed. */
  failures: readonly string[]
}

/** Path of a request target, as it was sent. */
export function pathOf (target: string): string {
  const end = target.indexOf('?')
  return end === -1 ? target : target.slice(0, end)
}

/** Query of a request target, as it was sent, without its question mark; '' = none. */
export function queryOf (target: string): string {
  const end = target.indexOf('?')
  return end === -1 ? '' : target.slice(end + 1)
}

/** Path with its escapes decoded, where they can be. */
export function decodePath (path: string): string {
  if (!path.includes('%')) return path
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
