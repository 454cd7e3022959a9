import type { CoreRequest } from '@floodgate/core'
import type { Host } from '@floodgate/http-client'
import { encodePath } from './target-encoding.ts'

/** Reads a host of the configuration: with `disable_host_sanitize` it may have credentials and a path. null = it is not valid. */
export function readHost (text: string, weight = 1): Host | null {
  const [, scheme, credentials, authority, path = ''] = /^(https?:\/\/)(?:([^/?#]*)@)?([^/?#@]+)(.*)$/i.exec(text) ?? []
  if (scheme === undefined || authority === undefined) return null
  return {
    origin: `${scheme.toLowerCase()}${authority}`,
    base: encodePath(path.replace(/[?#].*$/, '')),
    authorization: credentials === undefined ? null : basicAuthorization(credentials),
    weight
  }
}

/** Addresses a request to a host. */
export function addressTo (host: Host, request: CoreRequest): void {
  const { origin, base, authorization } = host
  request.origin = origin
  if (host.address) request.address = host
  if (base !== '') request.target = base + request.target
  // As in Go's client: the credentials of the address, unless the request has its own.
  if (authorization !== null && request.headers.authorization === undefined) request.headers = { ...request.headers, authorization }
}

function basicAuthorization (credentials: string): string {
  const [name = '', ...password] = credentials.split(':')
  const decode = (text: string): string => { try { return decodeURIComponent(text) } catch { return text } }
  return `Basic ${Buffer.from(`${decode(name)}:${decode(password.join(':'))}`).toString('base64')}`
}
