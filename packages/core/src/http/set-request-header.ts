import type { FastifyRequest } from 'fastify'
import { isCgiAlias } from '../platform/cgi-alias.ts'
import { replaceHeader } from './header-lines.ts'

/**
 * Sets a header of a request before its headers are filtered. It replaces the client's own lines of that name, and
 * lines whose names a backend may treat as equal (`x_user` for `x-user`). `name` is in lower case.
 */
export function setRequestHeader (request: FastifyRequest, name: string, value: string | string[]): void {
  const { headers } = request.raw
  for (const other in headers) {
    if (isCgiAlias(other, name)) delete headers[other]
  }
  replaceHeader(request, name, value)
  const { connection } = headers
  // Headers that the client's Connection names are dropped; this one must not be.
  if (connection !== undefined && connection.length >= name.length && connection.toLowerCase().includes(name)) {
    headers.connection = connection.split(',').filter((word) => word.trim().toLowerCase() !== name).join(',')
  }
}
