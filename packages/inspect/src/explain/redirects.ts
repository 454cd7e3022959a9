import type { Backend, Endpoint } from '@floodgate/core'
import { passesAll } from '../passed-headers.ts'

/** What happens at a redirect from a backend. */
export interface RedirectFacts {
  readonly followed: boolean
  /** How many in a row; the next one fails the call. */
  readonly limit: number
  /** Headers that stay behind when a redirect leaves the host; null = none go out or nothing is followed. */
  readonly credentials: 'dropped-on-other-hosts' | null
  /** Whether a 307 or 308 gets the body of the request again; null = nothing is followed. */
  readonly body: 'sent-again' | 'not-followed' | null
  /** Whether targets can ask for a client certificate. */
  readonly clientCertificate: 'any-target' | 'origin-only' | null
  /** Where redirects may lead; null = nothing is followed. */
  readonly targets: 'any-host' | 'allowed-hosts' | 'same-origin' | null
  /** The same in sentences. */
  readonly sentences: readonly string[]
}

const usualLimit = 9

/** Tells what is sent on redirects: to whom, and what of the request stays behind. */
export function explainRedirects (endpoint: Pick<Endpoint, 'inputHeaders'>, backend: Pick<Backend, 'client' | 'encoding' | 'inputHeaders' | 'hosts'>): RedirectFacts {
  const { client, encoding } = backend
  const answer = encoding === 'no-op' ? 'the client gets them as they are' : 'they count as failures of the backend'
  if (!client.followRedirects) {
    return { followed: false, limit: 0, credentials: null, body: null, clientCertificate: null, targets: null, sentences: [`not followed: ${answer}`] }
  }
  const { max: limit = usualLimit, allowedHosts, sameOrigin, stripHeaders = [], clientCerts } = client.own?.redirects ?? {}
  const targets = sameOrigin ? 'same-origin' : allowedHosts !== undefined ? 'allowed-hosts' : 'any-host'
  const where = { 'same-origin': 'on the same scheme, host and port', 'allowed-hosts': `to the same host${allowedHosts?.length ? ` and ${allowedHosts.join(', ')}` : ''}`, 'any-host': 'to any host' }[targets]
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
      `followed up to ${limit} times, ${where}, with the same TLS settings and proxy${targets === 'any-host' ? '' : '; another one fails the call'}`,
      ...forwarded ? [`Authorization, Cookie and Www-Authenticate stay behind when the host name changes (other ports, http and names below it count as the same); ${all ? 'every other header of the client goes' : 'the other headers that may pass go'} everywhere`] : ['of the client\'s headers only Content-Type may pass at all'],
      ...stripHeaders.length > 0 ? [`${stripHeaders.join(', ')}: not sent when scheme, host or port change`] : [],
      '301, 302 and 303 become GET without a body',
      client.sendBodyOnRedirect ? `307 and 308 send the body again, ${where}` : `307 and 308 to a request with a body are not followed: ${answer}`,
      ...certificate ? [clientCerts === 'origin' || sameOrigin ? 'the client certificate is shown to no other scheme, host or port' : 'the client certificate is shown to every target that asks for one'] : []
    ]
  }
}
