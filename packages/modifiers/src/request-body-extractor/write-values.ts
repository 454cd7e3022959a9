import { headerLines, isCgiAlias, replaceHeader, type CoreRequest, type Headers } from '@floodgate/core'
import { encodeQuery, readQuery } from '@floodgate/go'
import type { FastifyRequest } from 'fastify'
import type { CompiledOperation, Extracted } from './compile-operations.ts'

/** Writes values into a request on its way to the backends, behind its filters. */
export function writeIntoCore (core: CoreRequest, values: readonly Extracted[]): void {
  const headers: Headers = { ...core.headers }
  const query: Record<string, readonly string[]> = { ...core.query }
  for (const { operation, value } of values) {
    const { isHeader, target } = operation
    const before = isHeader ? linesOf(headers, target) : Object.hasOwn(query, target) ? query[target]! : []
    const after = joined(before, operation, value)
    if (after === before) continue
    if (isHeader) {
      for (const name in headers) if (isCgiAlias(name, target)) delete headers[name]
      headers[target] = after.length === 1 ? after[0]! : [...after]
    } else Object.defineProperty(query, target, { value: after, enumerable: true, configurable: true, writable: true })
  }
  core.headers = headers
  if (core.query !== null || Object.keys(query).length > 0) core.query = query
}

/** Writes values into a client's request before anybody has read its headers and query string. */
export function writeIntoClient (request: FastifyRequest, values: readonly Extracted[]): void {
  for (const { operation, value } of values) {
    if (operation.isHeader) writeHeader(request, operation, value)
    else writeParameter(request, operation, value)
  }
}

function writeHeader (request: FastifyRequest, operation: CompiledOperation, value: string): void {
  const { target } = operation
  const before = linesOf(headerLines(request), target)
  const after = joined(before, operation, value)
  if (after === before) return
  const { headers } = request.raw
  // Backends may take one for the other.
  for (const name in headers) if (isCgiAlias(name, target)) delete headers[name]
  replaceHeader(request, target, after.length === 1 ? after[0]! : [...after])
  const { connection } = headers
  // What the client's Connection names is dropped on the way to the backend: not this.
  if (connection !== undefined) headers.connection = connection.split(',').filter((word) => word.trim().toLowerCase() !== target).join(',')
}

function writeParameter ({ raw }: FastifyRequest, operation: CompiledOperation, value: string): void {
  const { target } = operation
  const url = raw.url!
  const at = url.indexOf('?')
  const query = at < 0 ? '' : url.slice(at + 1)
  const found = at < 0 ? null : readQuery(url, at + 1, new Set([target]))
  const before = found !== null && Object.hasOwn(found, target) ? found[target]! : []
  const after = joined(before, operation, value)
  if (after === before) return
  const others = query.split('&').filter((pair) => pair !== '' && !isOf(pair, target))
  raw.url = `${at < 0 ? url : url.slice(0, at)}?${[...others, encodeQuery({ [target]: after })].join('&')}`
  const holder = raw as { originalUrl?: string }
  holder.originalUrl ??= url
}

function isOf (pair: string, target: string): boolean {
  const named = readQuery(pair, 0)
  return named !== null && Object.hasOwn(named, target)
}

function linesOf (headers: Readonly<Headers>, name: string): readonly string[] {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined
  return value === undefined ? [] : [value].flat()
}

/** The values that a name has afterwards; the very same list where nothing changes. */
function joined (before: readonly string[], { onConflict }: CompiledOperation, value: string): readonly string[] {
  if (before.length === 0 || onConflict === 'replace') return [value]
  return onConflict === 'skip' ? before : [...before, value]
}
