import { Fault, type Backend, type CoreRequest } from '@floodgate/core'
import { createRequestHost, isRequestHost } from './request-host.ts'
import type { SrvDirectory } from './srv-directory.ts'
import { encodePath } from './target-encoding.ts'

/**
 * Chooses the host of one call: sets the request's origin, and puts the path of a raw host (`disable_host_sanitize`)
 * before its target: call it once for each copy of a request that is sent, after its target is built.
 *
 * @throws {Fault} when there is no host to choose
 */
export type Balance = (request: CoreRequest) => void

/**
 * Creates what chooses among a backend's hosts: the only one; several in turn, from a random start; with `sd: dns` those
 * of its SRV name, by weight. Dead hosts stay in the list, as on the reference.
 *
 * @param directory answers for `sd: dns`; may be left out where no backend has it
 */
export function createBalancer (backend: Backend, directory?: SrvDirectory): Balance {
  const { hosts } = backend
  if (backend.sd === 'dns' && hosts[0] !== undefined && directory !== undefined) {
    const service = directory.watch(hosts[0], backend.sdScheme)
    return function balanceService (request) {
      const origin = service.pick()
      if (origin === null) throw noHost(`No SRV record of ${hosts[0]} is known: has the name any?`)
      request.origin = origin
    }
  }
  const settled = hosts.map(createHost)
  const [only] = settled
  if (only === undefined) return () => { throw noHost('The backend has no host, and the service none to inherit: add "host"') }
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
  if (scheme === undefined || authority === undefined) return () => { throw noHost(`${JSON.stringify(host)} does not start with http:// or https://: no request can be sent there`) }
  const origin = `${scheme.toLowerCase()}${authority}`
  const base = encodePath(path.replace(/[?#].*$/, ''))
  const authorization = credentials === undefined ? null : basicAuthorization(credentials)
  if (base === '' && authorization === null) return (request) => { request.origin = origin }
  return (request) => {
    request.origin = origin
    request.target = base + request.target
    // As Go's client: what the address holds, unless the request brings its own.
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
