import type { BackendResponse, Headers } from '@floodgate/core'
import type { MartianCall } from './modifier.ts'

/** All values of a header, in order; none where it is not there. */
export function valuesOf (headers: Readonly<Headers>, name: string): readonly string[] {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined
  return value === undefined ? [] : typeof value === 'string' ? [value] : value
}

/** All values of a request's header; `host` is what will be sent as Host. */
export function requestValues ({ headers, request }: MartianCall, name: string): readonly string[] {
  const values = valuesOf(headers, name)
  return name === 'host' && values.length === 0 ? [authorityOf(request.origin)] : values
}

/** Sets a header to one value. */
export function setHeader (headers: Headers, name: string, value: string): void {
  headers[name] = value
}

/** Adds a value behind those that a header has. */
export function appendHeader (headers: Headers, name: string, value: string): void {
  const before = valuesOf(headers, name)
  headers[name] = before.length === 0 ? value : [...before, value]
}

/** Puts a body in the place of an answer's own, whose bytes nobody reads any more. */
export function replaceBody (response: BackendResponse, body: Buffer): void {
  const { body: old } = response
  if (old !== null && !Buffer.isBuffer(old)) old.destroy()
  response.body = body
  response.headers['content-length'] = String(body.length)
}

/** Host and port of an origin. */
export function authorityOf (origin: string): string {
  return origin.slice(origin.indexOf('://') + 3)
}
