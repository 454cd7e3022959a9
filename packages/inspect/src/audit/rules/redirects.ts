import { originOf } from '@floodgate/config-loader'
import type { Backend, Place } from '@floodgate/core'
import { clientPlace } from '../../explain/client-place.ts'
import { passesAll } from '../../passed-headers.ts'
import { at, type Rule, type Subject } from '../rule.ts'
import { isPublicHost } from './public-host.ts'

const remedy = 'set no_redirect, correct the address so that the backend does not redirect, or list the targets in floodgate.redirects.allowed_hosts'

/** Risks of redirects from a backend. */
export const redirectRules: readonly Rule[] = [
  {
    id: 'headers-on-redirect',
    severity: 'HIGH',
    message: 'all headers of clients are accepted, and are sent to every target that this backend redirects to',
    remedy: `list the headers that the backend needs in input_headers; or ${remedy}`,
    find: ({ loaded, backends }) => backends.flatMap(({ endpoint, backend }) => at(
      settingPlace(loaded, backend, 'no_redirect'),
      leadsAnywhere(backend) && passesAll(endpoint, backend),
      `all headers of clients except Authorization and Cookie, including API keys, are sent to every target that ${backend.hosts.join(', ')} redirects to; these two to every port and subdomain of it`
    ))
  },
  {
    id: 'redirect-to-private',
    severity: 'MEDIUM',
    message: 'a backend on the internet can redirect the gateway to private addresses',
    remedy,
    find: ({ loaded, backends }) => backends.flatMap(({ backend }) => {
      const open = leadsAnywhere(backend) ? backend.hosts.filter(isPublicHost) : []
      return at(
        settingPlace(loaded, backend, 'no_redirect'),
        open.length > 0,
        `${open.join(', ')} can redirect the gateway to private addresses, and their responses are passed on`
      )
    })
  },
  {
    id: 'client-certificate-on-redirect',
    severity: 'MEDIUM',
    message: 'the client certificate is sent to every target of a redirect that requests one',
    remedy: 'set floodgate.redirects.client_certs to "origin" in backend/http/client, or no_redirect',
    find: ({ loaded, backends }) => backends.flatMap(({ backend }) => at(
      settingPlace(loaded, backend, 'no_redirect'),
      leadsAnywhere(backend) && backend.client.own?.redirects?.clientCerts !== 'origin' && (backend.client.tls?.clientCerts.length ?? 0) > 0
    ))
  },
  {
    id: 'body-on-redirect',
    severity: 'LOW',
    message: 'request bodies are sent again to any host that a 307 or 308 redirects to',
    remedy: 'remove send_body_on_redirect if no backend needs it, or list the targets in floodgate.redirects.allowed_hosts',
    find: ({ loaded, backends }) => backends.flatMap(({ backend }) => at(
      settingPlace(loaded, backend, 'send_body_on_redirect'),
      leadsAnywhere(backend) && backend.client.sendBodyOnRedirect
    ))
  }
]

/** Redirects are followed without a restriction of their targets. */
function leadsAnywhere ({ client: { followRedirects, own } }: Backend): boolean {
  return followRedirects && !own?.redirects?.sameOrigin && own?.redirects?.allowedHosts === undefined
}

/** Returns the place of the setting, or of the backend if it is missing. */
function settingPlace (loaded: Subject['loaded'], { place }: Backend, key: string): Place {
  const setting = [...clientPlace(place), key]
  return originOf(loaded, setting) === null ? place : setting
}
