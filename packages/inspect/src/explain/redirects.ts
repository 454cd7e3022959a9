import type { Backend, Endpoint } from '@floodgate/core'
import { passesAll } from '../passed-headers.ts'

/** What happens at a redirect from a backend. */
export interface RedirectFacts {
  readonly followed: boolean
  /** Largest number of consecutive redirects; the next one fails the call. */
  readonly limit: number
  /** Headers that are removed when a redirect leads to another host; null = none are sent or redirects are not followed. */
  readonly credentials: 'dropped-on-other-hosts' | null
  /** Whether the request body is sent again after a 307 or 308; null = redirects are not followed. */
  readonly body: 'sent-again' | 'not-followed' | null
  /** Whether targets receive a client certificate if they request one. */
  readonly clientCertificate: 'any-target' | 'origin-only' | null
  /** Allowed targets of redirects; null = redirects are not followed. */
  readonly targets: 'any-host' | 'allowed-hosts' | 'same-origin' | null
  /** The same as sentences. */
  readonly sentences: readonly string[]
}

const usualLimit = 9

/** Returns the effect of redirects: the allowed targets, and which parts of the request are removed. */
export function explainRedirects (
  endpoint: Pick<Endpoint, 'inputHeaders'>,
  backend: Pick<Backend, 'client' | 'encoding' | 'inputHeaders' | 'hosts'>
): RedirectFacts {
  const { client, encoding } = backend
  const answer = encoding === 'no-op' ? 'the client receives them unchanged' : 'they count as failures of the backend'
  if (!client.followRedirects) {
    return {
      followed: false,
      limit: 0,
      credentials: null,
      body: null,
      clientCertificate: null,
      targets: null,
      sentences: [`not followed: ${answer}`]
    }
  }
  const { max: limit = usualLimit, allowedHosts, sameOrigin, stripHeaders = [], clientCerts } = client.own?.redirects ?? {}
  const targets = sameOrigin ? 'same-origin' : allowedHosts !== undefined ? 'allowed-hosts' : 'any-host'
  const where = {
    'same-origin': 'on the same scheme, host and port',
    'allowed-hosts': `to the same host${allowedHosts?.length ? ` and ${allowedHosts.join(', ')}` : ''}`,
    'any-host': 'to any host'
  }[targets]
  const certificate = (client.tls?.clientCerts.length ?? 0) > 0
  const all = passesAll(endpoint, backend)
  const forwarded = all || endpoint.inputHeaders.length > 0
  return {
    followed: true,
    limit,
    credentials: forwarded ? 'dropped-on-other-hosts' : null,
    body: client.sendBodyOnRedirect ? 'sent-again' : 'not-followed',
    clientCertificate: !certificate ? null : clientCerts === 'origin' || sameOrigin ? 'origin-only' : 'any-target',
    targets,
    sentences: [
      `followed up to ${limit} times, ${where}, with the same TLS settings and proxy${targets === 'any-host' ? '' : '; a further one fails the call'}`,
      ...forwarded
        ? [
          `Authorization, Cookie and Www-Authenticate are removed when the host name changes (other ports, http and subdomains count as the same); ${all ? 'every other header of the client is sent' : 'the other accepted headers are sent'} everywhere`
          ]
        : ['Content-Type is the only client header that is accepted'],
      ...stripHeaders.length > 0 ? [`${stripHeaders.join(', ')}: not sent when scheme, host or port change`] : [],
      '301, 302 and 303 become GET without a body',
      client.sendBodyOnRedirect
        ? `307 and 308 send the body again, ${where}`
        : `307 and 308 to a request with a body are not followed: ${answer}`,
      ...certificate
        ? [
            clientCerts === 'origin' || sameOrigin
              ? 'the client certificate is not sent to another scheme, host or port'
              : 'the client certificate is sent to every target that requests one'
          ]
        : []
    ]
  }
}
