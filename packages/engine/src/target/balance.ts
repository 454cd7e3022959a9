import { Fault, type Backend, type CoreRequest } from '@floodgate/core'
import type { HostGroup } from '@floodgate/http-client'
import { addressTo, readHost } from './host.ts'
import { createRequestHost, isRequestHost } from './request-host.ts'

/**
 * Chooses the host of one call: sets the request's origin, and prepends the path of a raw host
 * (`disable_host_sanitize`) to its target: call it once for each copy of a request that is sent, after its target is
 * built.
 *
 * @throws {Fault} if there is no host to choose
 */
export type Balance = (request: CoreRequest) => void

/**
 * Creates the function that chooses among a backend's hosts: the only one, or one that its group picks; hosts that take
 * values of the request, or are not valid, in turn.
 *
 * @param group the hosts of the backend (`createHosts`); null = there is nothing to choose
 */
export function createBalancer (backend: Backend, group: HostGroup | null = null): Balance {
  const { hosts, sd } = backend
  if (group !== null) {
    const missing = sd === 'dns'
      ? `There is no SRV record for ${hosts[0]}: check the name and the DNS server`
      : sd === 'dns-a'
        ? `No address is known for ${hosts.join(', ')}: check the names and the DNS server`
        : 'No host is known: check the names of the hosts and the DNS server'
    return function balanceGroup (request) {
      const host = group.pick()
      if (host === null) throw noHost(missing)
      addressTo(host, request)
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

function createHost (text: string): Balance {
  if (isRequestHost(text)) return createRequestHost(text, createHost)
  const host = readHost(text)
  if (host === null) {
    return () => { throw noHost(`${JSON.stringify(text)} is not a valid host, so requests to it fail: begin it with http:// or https://`) }
  }
  const { origin, base, authorization } = host
  if (base === '' && authorization === null) return (request) => { request.origin = origin }
  return (request) => { addressTo(host, request) }
}

function noHost (detail: string): Fault {
  return new Fault('backend', 'FG_ERR_PROXY_NO_HOST', 'no hosts available', { detail })
}
