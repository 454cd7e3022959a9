import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { firstHeaderLine, type ClientIp } from '@floodgate/core'

/** Returns the identifier of the client; '' if the request does not have it. */
export type ClientKey = (request: FastifyRequest) => string

/**
 * Creates the function that identifies clients: by address (`ip`; with a key, the first address in that header takes
 * precedence), by a header's value, or by a path parameter's. Null for an unknown strategy.
 */
export function createClientKey (strategy: string, key: string, clientIp: ClientIp): ClientKey | null {
  const header = key.toLowerCase()
  switch (strategy.toLowerCase()) {
    case 'ip': return header === '' ? clientIp : (request) => addressIn(headerOf(request, header)) ?? clientIp(request)
    case 'header': return (request) => headerOf(request, header)
    case 'param': return (request) => paramOf(request, key)
    default: return null
  }
}

function paramOf ({ params }: FastifyRequest, key: string): string {
  const value = Object.hasOwn(params as object, key) ? (params as Record<string, unknown>)[key] : undefined
  return typeof value === 'string' ? value : ''
}

/** The first of several lines: a client that adds another line stays the same client. */
function headerOf (request: FastifyRequest, name: string): string {
  return firstHeaderLine(request, name) ?? ''
}

/** The first address of a list, without its port; only IPv4, as in the reference, which cuts at the first colon. */
function addressIn (list: string): string | null {
  const comma = list.indexOf(',')
  const first = (comma < 0 ? list : list.slice(0, comma)).trim()
  const colon = first.indexOf(':')
  const address = colon < 0 ? first : first.slice(0, colon)
  return isIP(address) === 0 ? null : address
}
