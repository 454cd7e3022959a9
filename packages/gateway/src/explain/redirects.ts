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
  readonly clientCertificate: 'any-target' | null
  /** The same in sentences. */
  readonly sentences: readonly string[]
}

const limit = 9

/** Tells what is sent on redirects: to whom, and what of the request stays behind. */
export function explainRedirects (endpoint: Pick<Endpoint, 'inputHeaders'>, backend: Pick<Backend, 'client' | 'encoding' | 'inputHeaders' | 'hosts'>): RedirectFacts {
  const { client, encoding } = backend
  const answer = encoding === 'no-op' ? 'the client gets them as they are' : 'they count as failures of the backend'
  if (!client.followRedirects) {
    return { followed: false, limit: 0, credentials: null, body: null, clientCertificate: null, sentences: [`not followed: ${answer}`] }
  }
  const certificate = (client.tls?.clientCerts.length ?? 0) > 0
  const all = passesAll(endpoint, backend)
  const forwarded = all || endpoint.inputHeaders.length > 0
  return {
    followed: true,
    limit,
    credentials: forwarded ? 'dropped-on-other-hosts' : null,
    body: client.sendBodyOnRedirect ? 'sent-again' : 'not-followed',
    clientCertificate: certificate ? 'any-target' : null,
    sentences: [
      `followed up to ${limit} times, to any host, with the same TLS settings and proxy`,
      ...forwarded ? [`Authorization, Cookie and Www-Authenticate stay behind when the host name changes (other ports, http and names below it count as the same); ${all ? 'every other header of the client goes' : 'the other headers that may pass go'} everywhere`] : ['of the client\'s headers only Content-Type may pass at all'],
      '301, 302 and 303 become GET without a body',
      client.sendBodyOnRedirect ? '307 and 308 send the body again, to any host' : `307 and 308 to a request with a body are not followed: ${answer}`,
      ...certificate ? ['the client certificate is shown to every target that asks for one'] : []
    ]
  }
}
