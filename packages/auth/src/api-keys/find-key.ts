import type { FastifyRequest } from 'fastify'
import { firstHeaderLine } from '@floodgate/core'

/** Extracts the key from a request; null if there is none. */
export type FindKey = (request: FastifyRequest) => string | null

const BEARER = /^bearer +/i

/** Creates the extractor of keys: from a header, with or without "Bearer ", or from the query. */
export function createKeySearch (strategy: string, identifier: string): FindKey {
  return strategy === 'query_string' ? createQuerySearch(identifier) : createHeaderSearch(identifier.toLowerCase())
}

function createHeaderSearch (name: string): FindKey {
  return (request) => {
    const text = firstHeaderLine(request, name)
    return text === undefined || text === '' ? null : text.replace(BEARER, '')
  }
}

function createQuerySearch (name: string): FindKey {
  return ({ raw }) => {
    const url = raw.url!
    const at = url.indexOf('?')
    return at < 0 ? null : new URLSearchParams(url.slice(at + 1)).get(name)
  }
}
