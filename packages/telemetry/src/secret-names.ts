import type { Service } from '@floodgate/core'
import { secretFields, secretHeaders, secretParameters } from '@floodgate/settings'

/** Names of headers and parameters with secrets, in lower case. */
export interface SecretNames {
  headers: ReadonlySet<string>
  query: ReadonlySet<string>
}

/** Keys whose values are secret wherever they stand in a logged object, in lower case. */
export const secretKeys: ReadonlySet<string> = new Set(secretFields.map((key) => key.toLowerCase()))

/**
 * Paths for the `redact` option of a host's own pino logger: headers with secrets in requests, responses and errors,
 * and the usual names of secrets. Spread it into your own list: `redact: [...redactPaths, 'user.email']`.
 */
export const redactPaths: readonly string[] = [
  // No wildcards: pino would traverse every object of every line.
  ...['', 'req.', 'request.', 'res.', 'response.', 'reply.', 'err.'].flatMap(
    (owner) => secretHeaders.map((name) => `${owner}headers["${name}"]`)
  ),
  ...secretHeaders.map((name) => `["${name}"]`),
  ...secretFields,
  'proxy_address', 'tls.key', 'tls.pfx', 'tls.passphrase'
]

/**
 * Collects the names of headers and query parameters that carry secrets: the usual names, and those configured for API
 * keys and tokens.
 */
export function secretNames (model?: Pick<Service, 'extra' | 'endpoints'>): SecretNames {
  const found = { headers: new Set(secretHeaders), query: new Set(secretParameters) }
  if (model === undefined) return found
  for (const { extra } of [model, ...model.endpoints]) {
    const apiKeys = extra['auth/api-keys'] as { strategy?: unknown, identifier?: unknown } | undefined
    const service = model.extra['auth/api-keys'] as typeof apiKeys
    const identifier = apiKeys?.identifier ?? service?.identifier
    if (typeof identifier === 'string') {
      const strategy = apiKeys?.strategy ?? service?.strategy
      found[strategy === 'query_string' ? 'query' : 'headers'].add(identifier.toLowerCase())
    }
    const token = (extra['auth/validator'] as { auth_header_name?: unknown } | undefined)?.auth_header_name
    if (typeof token === 'string') found.headers.add(token.toLowerCase())
  }
  return found
}
