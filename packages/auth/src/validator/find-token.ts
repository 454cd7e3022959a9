import type { FastifyRequest } from 'fastify'
import { firstHeaderLine } from '@floodgate/core'

/** Extracts the token from a request; null if there is none. */
export type FindToken = (request: FastifyRequest) => string | null

const BEARER = /^bearer /i

/** Creates the extractor of tokens: from a header, with or without "Bearer ", then from a cookie. */
export function createTokenSearch (headerName: string, cookieName: string): FindToken {
  const header = headerName.toLowerCase()
  return function findToken (request) {
    const text = firstHeaderLine(request, header)
    if (text !== undefined && text !== '') return (text.length > 7 && BEARER.test(text) ? text.slice(7) : text).trim()
    const { cookie } = request.raw.headers
    return cookie === undefined ? null : readCookie(cookie, cookieName)
  }
}

/** Reads the first cookie with a name (RFC 6265, section 4.2.1). */
function readCookie (cookies: string, name: string): string | null {
  for (let from = 0; from < cookies.length;) {
    const semicolon = cookies.indexOf(';', from)
    const end = semicolon < 0 ? cookies.length : semicolon
    // Search this pair only: searching to the end of the header for each pair would be quadratic.
    const pair = cookies.slice(from, end)
    const equals = pair.indexOf('=')
    if (equals >= 0 && pair.slice(0, equals).trim() === name) {
      const value = pair.slice(equals + 1).trim()
      return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value
    }
    from = end + 1
  }
  return null
}
