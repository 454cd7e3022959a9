import type { BackendResponse, Headers } from '@floodgate/core'
import type { MartianCall } from './modifier.ts'

/** Returns all values of a header, in order; none if it is missing. */
export function valuesOf (headers: Readonly<Headers>, name: string): readonly string[] {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined
  return value === undefined ? [] : typeof value === 'string' ? [value] : value
}

/** Returns all values of a request's header; `host` returns the Host that will be sent. */
export function requestValues ({ headers, request }: MartianCall, name: string): readonly string[] {
  const values = valuesOf(headers, name)
  return name === 'host' && values.length === 0 ? [authorityOf(request.origin)] : values
}

/** Sets a header to one value. */
export function setHeader (headers: Headers, name: string, value: string): void {
  headers[name] = value
}

/** Appends a value to a header. */
export function appendHeader (headers: Headers, name: string, value: string): void {
  const before = valuesOf(headers, name)
  headers[name] = before.length === 0 ? value : [...before, value]
}

/** Replaces the body of a response and discards the original one. */
export function replaceBody (response: BackendResponse, body: Buffer): void {
  const { body: old } = response
  if (old !== null && !Buffer.isBuffer(old)) old.destroy()
  response.body = body
  response.headers['content-length'] = String(body.length)
}

/** Returns host and port of an origin. */
export function authorityOf (origin: string): string {
  return origin.slice(origin.indexOf('://') + 3)
}
