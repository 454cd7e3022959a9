import type { FastifyRequest } from 'fastify'
import { readsLike, replaceHeader } from '@floodgate/core'

/**
 * Sets a header of a request before its headers are filtered, whatever the client sent: its own lines of that name are
 * gone, and so are those that a backend may take for it (`x_user` for `x-user`). `name` is lower case.
 */
export function setRequestHeader (request: FastifyRequest, name: string, value: string | string[]): void {
  const { headers } = request.raw
  for (const other in headers) {
    if (readsLike(other, name)) delete headers[other]
  }
  replaceHeader(request, name, value)
  const { connection } = headers
  // What the client's Connection names is dropped on the way to the backend: not this.
  if (connection !== undefined && connection.length >= name.length && connection.toLowerCase().includes(name)) {
    headers.connection = connection.split(',').filter((word) => word.trim().toLowerCase() !== name).join(',')
  }
}

/** Writes a text as the value of a header: its UTF-8 bytes, one character each, as Node wants it. */
export function headerText (text: string): string {
  return ASCII.test(text) ? text : Buffer.from(text).toString('latin1')
}

const ASCII = /^[\x20-\x7e]*$/
