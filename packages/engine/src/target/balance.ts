import { Fault, type Backend, type CoreRequest } from '@floodgate/core'
import { createRequestHost, isRequestHost } from './request-host.ts'
import type { SrvDirectory } from './srv-directory.ts'
import { encodePath } from './target-encoding.ts'

/**
 * Chooses the host of one call: sets the request's origin, and prepends the path of a raw host
 * (`disable_host_sanitize`) to its target: call it once for each copy of a request that is sent, after its target is
 * built.
 *
 * @throws {Fault} if there is no host to choose
 */
export type Balance = (request: CoreRequest) => void

/**
 * Creates the function that chooses among a backend's hosts: the only one; several in turn, from a random start; with
 * `sd: dns` those of its SRV name, by weight. Dead hosts stay in the list, as on the reference.
 *
 * @param directory for `sd: dns`; may be omitted if no backend has it
 */
export function createBalancer (backend: Backend, directory?: SrvDirectory): Balance {
  const { hosts } = backend
  if (backend.sd === 'dns' && hosts[0] !== undefined && directory !== undefined) {
    const service = directory.watch(hosts[0], backend.sdScheme)
    return function balanceService (request) {
      const origin = service.pick()
      if (origin === null) throw noHost(`There is no SRV record for ${hosts[0]}: check the name and the DNS server`)
      request.origin = origin
    }
  }
  const settled = hosts.map(createHost)
  const [only] = settled
  if (only === undefined) return () => { throw noHost('Neither the backend nor the service has a host: add "host"') }
  if (settled.length === 1) return only
  let next = Math.floor(Math.random() * settled.length)
  return function balanceInTurn (request) {
    const host = settled[next]!
    next = next + 1 === settled.length ? 0 : next + 1
    host(request)
  }
}

function createHost (host: string): Balance {
  if (isRequestHost(host)) return createRequestHost(host, createHost)
  const [, scheme, credentials, authority, path = ''] = /^(https?:\/\/)(?:([^/?#]*)@)?([^/?#@]+)(.*)$/i.exec(host) ?? []
  if (scheme === undefined || authority === undefined) {
    return () => { throw noHost(`${JSON.stringify(host)} is not a valid host, so requests to it fail: begin it with http:// or https://`) }
  }
  const origin = `${scheme.toLowerCase()}${authority}`
  const base = encodePath(path.replace(/[?#].*$/, ''))
  const authorization = credentials === undefined ? null : basicAuthorization(credentials)
  if (base === '' && authorization === null) return (request) => { request.origin = origin }
  return (request) => {
    request.origin = origin
    request.target = base + request.target
    // As in Go's client: the credentials of the address, unless the request has its own.
    if (authorization !== null && request.headers.authorization === undefined) request.headers = { ...request.headers, authorization }
  }
}

function basicAuthorization (credentials: string): string {
  const [name = '', ...password] = credentials.split(':')
  const decode = (text: string): string => { try { return decodeURIComponent(text) } catch { return text } }
  return `Basic ${Buffer.from(`${decode(name)}:${decode(password.join(':'))}`).toString('base64')}`
}

function noHost (detail: string): Fault {
  return new Fault('backend', 'FG_ERR_PROXY_NO_HOST', 'no hosts available', { detail })
}
