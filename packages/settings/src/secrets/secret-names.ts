import { distanceOf } from '../words/did-you-mean.ts'
import { secretFields, secretHeaders, secretParameters } from './secret-fields.ts'

/** Namespaces whose settings hold secrets: of these nothing is shown but the names of known keys. */
export const secretNamespaces: ReadonlySet<string> = new Set([
  'ai/llm', 'async/amqp', 'async/kafka', 'auth/api-keys', 'auth/aws-sigv4', 'auth/basic', 'auth/client-credentials', 'auth/gcp', 'auth/ntlm', 'auth/revoker',
  'backend/amqp/consumer', 'backend/amqp/producer', 'backend/pubsub/publisher', 'backend/pubsub/publisher/kafka', 'backend/pubsub/subscriber', 'backend/pubsub/subscriber/kafka',
  'backend/soap', 'modifier/body-generator', 'modifier/martian', 'modifier/request-body-generator', 'modifier/response-body-generator', 'redis', 'telemetry/ganalytics', 'telemetry/influx', 'telemetry/instana', 'telemetry/moesif', 'telemetry/newrelic', 'telemetry/opencensus', 'telemetry/opentelemetry-security'
])

/** Names of settings in these namespaces: they may be shown, a key that is none of them may itself be a secret. */
export const settingNames: ReadonlySet<string> = new Set([
  'hash', 'identifier', 'key', 'keys', 'propagate_role', 'roles', 'salt', 'strategy', 'client_max_rate',
  'htpasswd_path', 'users', 'user', 'password', 'user_name', 'username',
  'client_id', 'client_secret', 'token_url', 'scopes', 'endpoint_params', 'scope', 'grant_type', 'resource', 'is_disabled', 'audience', 'credentials_file', 'credentials_json', 'custom_claims',
  'token_keys', 'ttl', 'n', 'p', 'port', 'hash_name', 'revoke_server_api_key', 'revoke_server_ping_url', 'revoke_server_ping_interval', 'revoke_server_max_retries', 'revoke_server_max_workers',
  'connection_pools', 'clusters', 'name', 'address', 'addresses', 'client_name', 'db', 'dial_timeout', 'min_retry_backoff', 'max_retry_backoff', 'max_redirects', 'tls', 'pool_size', 'pool_timeout',
  'min_idle_conns', 'max_idle_conns', 'max_active_conns', 'conn_max_idle_time', 'conn_max_life_time', 'max_retries', 'opentelemetry',
  'allow_insecure_connections', 'ca_certs', 'disable_system_ca_pool', 'client_certs', 'certificate', 'private_key', 'min_version', 'max_version', 'cipher_suites', 'curve_preferences',
  'path', 'template', 'content_type', 'debug', 'variables', 'otlp', 'headers'
])

/** Keys whose values are secret wherever they are. */
const secretKey = /^(?:.*(?:password|secret|passwd|passphrase|token|api_?key|credential).*|cypher_key|salt|license|authorization|x-api-key|cookie)$/i

/** What is secret in logs is so in a configuration, but for `private_key`, which is the path of a file there. */
const fields: ReadonlySet<string> = new Set(
  [...secretFields, ...secretHeaders, ...secretParameters].map((name) => name.toLowerCase()).filter((name) => name !== 'private_key')
)

/** Keys that look secret and are not: urls, names and paths of secrets, settings about tokens, switches. */
const openKey = /(?:_url|_path|_keys?_key|_ttl|_name|_header|_size|_strategy|^token_keys|^tokenizer(?:_field)?)$|^(?:allow|disable|enable|max|min|use)_/i

/** Keys below which every value is secret, and every key may be. */
export const secretParent = /^(?:users|endpoint_params|credentials_json)$/i

/** Keys whose text is an address that may carry credentials, perhaps in a spelling no parser takes. */
export const addressKey = /^(?:proxy_address|host|connection_url|dsn)$/i

/** Words of keys that hold secrets; one wrong letter is forgiven. */
const secretWords = ['password', 'passwd', 'passwort', 'secret', 'passphrase', 'credentials', 'apikey', 'token']

/** Returns whether a key's value is secret, also where the key is misspelt. */
export function isSecretKey (key: string): boolean {
  if (openKey.test(key)) return false
  return secretKey.test(key) ||
    fields.has(key.toLowerCase()) ||
    wordsOf(key).some((word) => word.length > 4 && secretWords.some((secret) => isNear(word, secret)))
}

/** Returns whether an unknown key's name says that what it holds is secret. */
export function soundsSecret (key: string): boolean {
  return isSecretKey(key) || /api.?key|basic|credential|passw|secret|redis|token|users?$|keys$/i.test(key)
}

/** Returns whether a key is the name of a setting, or a misspelling of one. */
export function isSettingName (key: string): boolean {
  const folded = key.toLowerCase()
  return settingNames.has(folded) || [...settingNames].some((name) => name.length > 3 && isNear(folded, name))
}

function wordsOf (key: string): string[] {
  return key.replace(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase().split(/[^a-z\d]+/)
}

function isNear (word: string, other: string): boolean {
  if (Math.abs(word.length - other.length) > 2) return false
  return distanceOf(word, other) <= (other.length > 6 ? 2 : 1)
}
