import type { FastifyReply } from 'fastify'
import { linesForHttp2 } from '@floodgate/http-client'
import type { HeaderEdits } from './read-edits.ts'

/**
 * Changes the headers of a reply that is about to be sent: removes, replaces, adds and renames, in this order. Renames
 * happen at once, so that two headers can change places.
 *
 * @param adds false: only what can be done twice (a response that failed while it was sent is sent again)
 */
export function editHeaders (reply: FastifyReply, { removed, replaced, added, renamed }: HeaderEdits, adds = true): void {
  for (const name of removed) remove(reply, name)
  for (const [name, values] of replaced) set(reply, name, values)
  if (adds) for (const [name, values] of added) set(reply, name, [...linesOf(reply, name), ...values])
  if (renamed.length === 0) return
  const moved = renamed.map(([from]) => linesOf(reply, from))
  for (const [from] of renamed) remove(reply, from)
  for (const [i, [, to]] of renamed.entries()) if (moved[i]!.length > 0) set(reply, to, moved[i]!)
}

function linesOf (reply: FastifyReply, name: string): string[] {
  const value = reply.getHeader(name)
  return value === undefined ? [] : [value].flat().map(String)
}

function set (reply: FastifyReply, name: string, lines: readonly string[]): void {
  // `reply.header` would add to cookies that are there.
  remove(reply, name)
  if (lines.length === 0) return
  if (lines.length === 1) reply.header(name, lines[0])
  else reply.header(name, reply.request.raw.httpVersionMajor === 2 ? linesForHttp2(name, [...lines]) : lines)
}

/** Of a header that middleware in front of Fastify has set, Node's response knows. */
function remove (reply: FastifyReply, name: string): void {
  const { raw } = reply
  reply.removeHeader(name)
  if (raw.hasHeader(name)) raw.removeHeader(name)
  // Node writes it by default.
  if (name === 'date') raw.sendDate = false
}
