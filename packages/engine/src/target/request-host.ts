import { domainToASCII } from 'node:url'
import { isIPv4 } from 'node:net'
import { Fault, requestValuesIn, type CoreRequest } from '@floodgate/core'

type Balance = (request: CoreRequest) => void

/** Letters, digits, dots and hyphens: nothing that could end the host, or begin a port, a path or credentials. */
const harmless = /^[A-Za-z0-9.-]{1,253}$/

/** How many hosts are remembered. */
const maxKnown = 1024

/** Whether a host takes values of the request: `http://{input_headers.X-Tenant}.internal`. */
export function isRequestHost (host: string): boolean {
  return requestValuesIn(host).length > 0
}

/**
 * Creates what makes a host of the request's values (KrakenD page "Dynamic routing"). A value holds letters, digits, dots and
 * hyphens only, and no client makes an IP address, `localhost` or a port of it: status 400 otherwise.
 *
 * @param createHost makes the balancer of a host without places
 */
export function createRequestHost (host: string, createHost: (host: string) => Balance): Balance {
  const names = requestValuesIn(host)
  const known = new Map<string, Balance>()
  return function balanceByRequest (request) {
    let filled = host
    for (const name of names) {
      const value = request.params[name]
      if (value === undefined || !harmless.test(value)) throw wrongHost(name)
      filled = filled.replaceAll(`{${name}}`, value)
    }
    let balance = known.get(filled)
    if (balance === undefined) {
      if (!isName(filled)) throw wrongHost(names.join('}, {'))
      if (known.size >= maxKnown) known.clear()
      known.set(filled, balance = createHost(filled))
    }
    balance(request)
  }
}

/** Whether the host is a name: no IP address in any spelling, and not this machine. */
function isName (filled: string): boolean {
  if (!URL.canParse(filled)) return false
  const { hostname } = new URL(filled)
  const name = hostname.replace(/\.$/, '')
  return !isIPv4(name) &&
    !name.startsWith('[') &&
    name !== 'localhost' &&
    !name.endsWith('.localhost') &&
    !/(?:^|\.)(?:-|\.|$)|-(?:\.|$)/.test(name) &&
    domainToASCII(name) !== ''
}

function wrongHost (names: string): Fault {
  return new Fault('request', 'FG_ERR_PROXY_VALUE', 'a value of the request does not make a host', {
    status: 400,
    detail: `the host of a backend takes {${names}}: only names of letters, digits, dots and hyphens are accepted, no IP addresses and not localhost`
  })
}
