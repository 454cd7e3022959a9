import type { FastifyReply } from 'fastify'
import type { Headers } from '@floodgate/core'
import { linesForHttp2 } from '@floodgate/http-client'

/**
 * Adds the headers of a response to those that hooks, or middleware in front of Fastify, have set on the reply. The
 * response's replace theirs, with three exceptions:
 *
 * - `set-cookie`: all lines of both are sent,
 * - `vary`: both values are combined,
 * - `access-control-*`: if `access-control-allow-origin` is already set, none of the response's are sent: the host
 *   decides which other origins may read it.
 *
 * @param written headers of the reply that will be written directly; null = `reply.header` is used
 */
export function addHeaders (reply: FastifyReply, headers: Readonly<Headers>, written: Headers | null): void {
  merge(reply, headers, written, written)
}

/** Returns the headers of a response for setting each with `reply.header`. */
export function headersToSet (reply: FastifyReply, headers: Readonly<Headers>): Headers {
  const merged: Headers = {}
  merge(reply, headers, null, merged)
  return merged
}

function merge (reply: FastifyReply, headers: Readonly<Headers>, written: Headers | null, into: Headers | null): void {
  const cors = reply.getHeader('access-control-allow-origin') !== undefined
  const isHttp2 = written === null && reply.request.raw.httpVersionMajor === 2
  for (const name in headers) {
    if (cors && name.startsWith('access-control-')) continue
    let value = headers[name]!
    if (name === 'vary') value = mergeVary(reply.getHeader(name), value)
    else if (name === 'set-cookie') value = mergeCookies(reply, written, value)
    else if (isHttp2 && typeof value !== 'string') value = linesForHttp2(name, value)
    // A backend may send `__proto__`, which has another meaning in a plain object.
    if (name === '__proto__') {
      if (into === null) reply.raw.setHeader(name, value)
      else Object.defineProperty(into, name, { value, enumerable: true, configurable: true, writable: true })
    } else if (into === null) reply.header(name, value)
    else into[name] = value
  }
}

type Set = number | string | readonly string[] | undefined

/** Returns the names of both without duplicates; `*` replaces all others. The lines of a single response stay unchanged. */
function mergeVary (set: Set, value: string | string[]): string | string[] {
  if (set === undefined) return value
  const names = new Map<string, string>()
  for (const text of [set, value].flat()) {
    for (const part of String(text).split(',')) {
      const name = part.trim()
      if (name === '*') return '*'
      if (name !== '' && !names.has(name.toLowerCase())) names.set(name.toLowerCase(), name)
    }
  }
  return [...names.values()].join(', ')
}

function mergeCookies (reply: FastifyReply, written: Headers | null, value: string | string[]): string | string[] {
  const set: Set = reply.getHeader('set-cookie')
  // `reply.header` appends to its own cookies; those of Node's response would be replaced.
  if (set === undefined || (written === null && set !== reply.raw.getHeader('set-cookie'))) return value
  return [...[set].flat().map(String), ...[value].flat()]
}
