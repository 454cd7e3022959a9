import type { FastifyReply } from 'fastify'
import type { Headers } from '@floodgate/core'
import { linesForHttp2 } from '@floodgate/http-client'

/**
 * Adds the headers of an answer to those that hooks, or middleware in front of Fastify, have set on the reply. The
 * answer's take the place of theirs, but for three:
 *
 * - `set-cookie`: all lines of both are sent,
 * - `vary`: what varies by either is named,
 * - `access-control-*`: where `access-control-allow-origin` is set already, none of the answer's pass. Who answers for
 *   this host says which other origins may read it.
 *
 * @param written headers of the reply that will be written by hand; null = they go through `reply.header`
 */
export function addHeaders (reply: FastifyReply, headers: Readonly<Headers>, written: Headers | null): void {
  merge(reply, headers, written, written)
}

/** Gives the headers of an answer as somebody else shall set them by `reply.header`, one after the other. */
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
    // A backend may send it, and a plain object has another use for the name.
    if (name === '__proto__') {
      if (into === null) reply.raw.setHeader(name, value)
      else Object.defineProperty(into, name, { value, enumerable: true, configurable: true, writable: true })
    } else if (into === null) reply.header(name, value)
    else into[name] = value
  }
}

type Set = number | string | readonly string[] | undefined

/** Names of both, each once; a `*` says it all. The lines of an answer alone stay as they are. */
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
  // `reply.header` adds to its own cookies by itself; those that Node's response was given would be replaced.
  if (set === undefined || (written === null && set !== reply.raw.getHeader('set-cookie'))) return value
  return [...[set].flat().map(String), ...[value].flat()]
}
