import { encodeQuery, escapeQuery } from '@floodgate/go/url'
import { tokenFault } from '../errors.ts'
import { fetchDocument, showAddress, type Dispatching, type Document } from '../fetch-document.ts'
import type { ClientCredentialsSettings } from './settings.ts'

/** An access token as sent in the Authorization header. Secret: never print it. */
export interface AccessToken {
  /** `Bearer abc`. */
  readonly authorization: string
  /** Lifetime in ms, from the time of the request; Infinity if the server did not state one. */
  readonly lifetime: number
}

/** Requests a token. Rejects with a Fault. */
export type RequestToken = () => Promise<AccessToken>

/** Timeout of one call to a token server, in ms. */
const timeout = 30_000

/**
 * Creates the request for tokens by client credentials (RFC 6749, section 4.4.2). The credentials are sent as Basic
 * authorization. If the server refuses them or answers without a token, the request is repeated with the credentials in
 * the body, which is remembered if it succeeds, as in the reference's library.
 */
export function createTokenRequest (settings: ClientCredentialsSettings, dispatcher: Dispatching): RequestToken {
  const { client_id: id, client_secret: secret, token_url: url } = settings
  const address = showAddress(url)
  const authorization = `Basic ${Buffer.from(`${escapeQuery(id)}:${escapeQuery(secret)}`).toString('base64')}`
  const params = paramsOf(settings)
  const plainBody = encodeQuery(params)
  const bodyWithSecret = encodeQuery({ ...params, client_id: [id], ...(secret !== '' && { client_secret: [secret] }) })
  let inBody = false

  async function call (withSecret: boolean): Promise<Document> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', ...(!withSecret && { authorization }) }
    try {
      return await fetchDocument(dispatcher, url, { method: 'POST', headers, body: withSecret ? bodyWithSecret : plainBody, timeout })
    } catch (error) {
      throw tokenFault(`no token from ${address}: ${(error as Error).message}`, error)
    }
  }

  return async function requestToken () {
    const known = inBody
    const first = await call(known)
    if (known) return readToken(first, address)
    try {
      return readToken(first, address)
    } catch (refused) {
      const second = await call(true)
      if (!isGood(second)) throw refused
      const token = readToken(second, address)
      inBody = true
      return token
    }
  }
}

/** Returns the form fields by name; only `grant_type` may be overridden. */
function paramsOf ({ scopes = '', endpoint_params: params = {} }: ClientCredentialsSettings): Record<string, readonly string[]> {
  return { grant_type: ['client_credentials'], scope: [scopes.split(',').join(' ')], ...params }
}

function isGood ({ status }: Document): boolean {
  return status >= 200 && status <= 299
}

function readToken (document: Document, address: string): AccessToken {
  const answer = readAnswer(document, address)
  if (!isGood(document)) {
    const { error } = answer
    const code = typeof error === 'string' && /^\w{1,64}$/.test(error) ? ` (${error})` : ''
    throw tokenFault(`no token from ${address}: its server answered ${document.status}${code}`)
  }
  const { access_token: token, token_type: type, expires_in: seconds } = answer
  if (typeof token !== 'string' || token === '' || /[^\x21-\x7e]/.test(token)) {
    throw tokenFault(`no token from ${address}: its response has no usable access_token`)
  }
  const lifetime = Number(typeof seconds === 'string' || typeof seconds === 'number' ? seconds : 0)
  return { authorization: `${nameType(type)} ${token}`, lifetime: lifetime > 0 ? lifetime * 1000 : Infinity }
}

function readAnswer ({ contentType, body, status }: Document, address: string): Record<string, unknown> {
  const text = body.toString()
  if (contentType === 'application/x-www-form-urlencoded' || contentType === 'text/plain') {
    return Object.fromEntries(new URLSearchParams(text))
  }
  try {
    const answer: unknown = JSON.parse(text)
    if (typeof answer === 'object' && answer !== null) return answer as Record<string, unknown>
  } catch {
    // An error response need not be JSON.
  }
  if (status >= 200 && status <= 299) throw tokenFault(`no token from ${address}: its response is not a JSON object`)
  return {}
}

/** Returns the scheme before a token, with the usual types in their usual spelling. */
function nameType (type: unknown): string {
  if (typeof type !== 'string' || type === '') return 'Bearer'
  switch (type.toLowerCase()) {
    case 'bearer': return 'Bearer'
    case 'mac': return 'MAC'
    case 'basic': return 'Basic'
    default: return /^[!#$%&'*+.^_`|~\w-]+$/.test(type) ? type : 'Bearer'
  }
}
