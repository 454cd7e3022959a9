import { originOf } from '@floodgate/config-loader'
import type { Backend, Place } from '@floodgate/core'
import { clientPlace } from '../../explain/client-place.ts'
import { passesAll } from '../../passed-headers.ts'
import { at, type Rule, type Subject } from '../rule.ts'
import { isPublicHost } from './public-host.ts'

const remedy = 'set no_redirect, correct the address so that the backend need not redirect, or name the targets in floodgate.redirects.allowed_hosts'

/** What a backend can do with a redirect. */
export const redirectRules: readonly Rule[] = [
  {
    id: 'headers-on-redirect',
    severity: 'HIGH',
    message: 'all headers of clients are let in, and go along wherever this backend redirects to',
    remedy: `name the headers that the backend needs in input_headers; or ${remedy}`,
    find: ({ loaded, backends }) => backends.flatMap(({ endpoint, backend }) => at(
      settingPlace(loaded, backend, 'no_redirect'),
      leadsAnywhere(backend) && passesAll(endpoint, backend),
      `all headers of clients but Authorization and Cookie go along wherever ${backend.hosts.join(', ')} redirects to, API keys too; these two to every port and name below it`
    ))
  },
  {
    id: 'redirect-to-private',
    severity: 'MEDIUM',
    message: 'a backend on the internet can redirect the gateway to private addresses',
    remedy,
    find: ({ loaded, backends }) => backends.flatMap(({ backend }) => {
      const open = leadsAnywhere(backend) ? backend.hosts.filter(isPublicHost) : []
      return at(settingPlace(loaded, backend, 'no_redirect'), open.length > 0, `${open.join(', ')} can redirect the gateway to private addresses, and have their answers`)
    })
  },
  {
    id: 'client-certificate-on-redirect',
    severity: 'MEDIUM',
    message: 'the client certificate is shown to every target of a redirect that asks for one',
    remedy: 'set floodgate.redirects.client_certs to "origin" in backend/http/client, or no_redirect',
    find: ({ loaded, backends }) => backends.flatMap(({ backend }) => at(
      settingPlace(loaded, backend, 'no_redirect'),
      leadsAnywhere(backend) && backend.client.own?.redirects?.clientCerts !== 'origin' && (backend.client.tls?.clientCerts.length ?? 0) > 0
    ))
  },
  {
    id: 'body-on-redirect',
    severity: 'LOW',
    message: 'bodies of requests are sent again to whatever host a 307 or 308 names',
    remedy: 'remove send_body_on_redirect where no backend needs it, or name the targets in floodgate.redirects.allowed_hosts',
    find: ({ loaded, backends }) => backends.flatMap(({ backend }) => at(
      settingPlace(loaded, backend, 'send_body_on_redirect'),
      leadsAnywhere(backend) && backend.client.sendBodyOnRedirect
    ))
  }
]

/** Redirects are followed, and nobody said where to. */
function leadsAnywhere ({ client: { followRedirects, own } }: Backend): boolean {
  return followRedirects && !own?.redirects?.sameOrigin && own?.redirects?.allowedHosts === undefined
}

/** The setting where it is written, else the backend it is missing in. */
function settingPlace (loaded: Subject['loaded'], { place }: Backend, key: string): Place {
  const setting = [...clientPlace(place), key]
  return originOf(loaded, setting) === null ? place : setting
}
