import { encodeQuery, escapeQuery } from '@floodgate/go'
import { tokenFault } from '../errors.ts'
import { fetchDocument, showAddress, type Dispatching, type Document } from '../fetch-document.ts'
import type { ClientCredentialsSettings } from './settings.ts'

/** An access token, as it goes into the header of requests. Secret: never print it. */
export interface AccessToken {
  /** `Bearer abc`. */
  readonly authorization: string
  /** ms for which it is good, from when it was asked for; Infinity = nobody said. */
  readonly lifetime: number
}

/** Asks for a token. Rejects with a Fault. */
export type RequestToken = () => Promise<AccessToken>

/** ms for one call of a token server. */
const timeout = 30_000

/**
 * Creates the request for tokens by client credentials (RFC 6749, section 4.4.2). The credentials go as Basic
 * authorization; a server that refuses them there, or answers without a token, is asked once more with them in the body,
 * and from then on if that was what it wanted, as the reference's library does.
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

/** What is sent, by name; `grant_type` alone may be another one than usual. */
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
    throw tokenFault(`no token from ${address}: its server answers ${document.status}${code}`)
  }
  const { access_token: token, token_type: type, expires_in: seconds } = answer
  if (typeof token !== 'string' || token === '' || /[^\x21-\x7e]/.test(token)) throw tokenFault(`no token from ${address}: its answer has no usable access_token`)
  const lifetime = Number(typeof seconds === 'string' || typeof seconds === 'number' ? seconds : 0)
  return { authorization: `${nameType(type)} ${token}`, lifetime: lifetime > 0 ? lifetime * 1000 : Infinity }
}

function readAnswer ({ contentType, body, status }: Document, address: string): Record<string, unknown> {
  const text = body.toString()
  if (contentType === 'application/x-www-form-urlencoded' || contentType === 'text/plain') return Object.fromEntries(new URLSearchParams(text))
  try {
    const answer: unknown = JSON.parse(text)
    if (typeof answer === 'object' && answer !== null) return answer as Record<string, unknown>
  } catch {
    // What it says of an error need not be JSON.
  }
  if (status >= 200 && status <= 299) throw tokenFault(`no token from ${address}: its answer is no JSON object`)
  return {}
}

/** The word before a token: the usual types in their usual spelling. */
function nameType (type: unknown): string {
  if (typeof type !== 'string' || type === '') return 'Bearer'
  switch (type.toLowerCase()) {
    case 'bearer': return 'Bearer'
    case 'mac': return 'MAC'
    case 'basic': return 'Basic'
    default: return /^[!#$%&'*+.^_`|~\w-]+$/.test(type) ? type : 'Bearer'
  }
}
