import type { Service } from '@floodgate/core'
import type { Static } from 'typebox'
import type { FeatureSchema } from '@floodgate/core'

const flag = { type: 'boolean', default: false } as const

/** Settings of the namespace `router`: KrakenD page "Router options". */
export const routerSchema = {
  type: 'object',
  properties: {
    auto_options: { ...flag, description: 'Answers OPTIONS on every path with its methods.' },
    return_error_msg: { ...flag, description: 'Shows the gateway\'s error messages to clients.' },
    disable_health: { ...flag, description: 'Disables the health endpoint.' },
    health_path: { type: 'string', default: '/__health', description: 'Path of the health endpoint.' },
    error_body: {
      type: 'object',
      properties: { 404: { description: 'JSON body of 404 responses.' }, 405: { description: 'JSON body of 405 responses.' } },
      description: 'JSON bodies of 404 and 405 responses.'
    },
    disable_access_log: { ...flag, description: 'Disables the access log.' },
    logger_skip_paths: {
      type: 'array',
      items: { type: 'string' },
      default: [],
      description: 'Paths that are excluded from the access log.'
    },
    hide_version_header: { ...flag, needless: true, description: 'Has no effect: no version is sent.' },
    disable_redirect_trailing_slash: { ...flag, description: 'Disables redirects to the path with or without a trailing slash.' },
    disable_redirect_fixed_path: { ...flag, description: 'Disables redirects to the corrected path.' },
    disable_handle_method_not_allowed: { ...flag, description: 'Answers 404 instead of 405.' },
    disable_path_decoding: { ...flag, description: 'Passes encoded path parameters on without decoding them.' },
    remove_extra_slash: { ...flag, description: 'Removes duplicate slashes and dot segments from paths before they are matched.' },
    forwarded_by_client_ip: {
      type: 'boolean',
      default: true,
      description: 'Takes the client\'s address from headers of trusted proxies. KrakenD\'s documentation says that the default is false; it is true.'
    },
    remote_ip_headers: {
      type: 'array',
      items: { type: 'string' },
      default: ['X-Forwarded-For', 'X-Real-IP'],
      description: 'Headers with the client\'s address.'
    },
    trusted_proxies: {
      type: 'array',
      items: { type: 'string', format: 'ip-range' },
      default: ['0.0.0.0/0', '::/0'],
      description: 'Addresses and networks of trusted proxies.'
    },
    app_engine: { ...flag, description: 'Trusts the headers of Google App Engine.' },
    max_multipart_memory: { type: 'integer', inert: 'bodies are not parsed', description: 'Ignored: bodies are not parsed.' },
    use_h2c: { ...flag, description: 'Deprecated: use the root key of the same name.' },
    // Without a default: only an explicit false compresses.
    disable_gzip: {
      type: 'boolean',
      description: '`false`, written explicitly: responses are compressed with gzip for clients that accept it. Without it and with `true` they are not. (KrakenD Enterprise compresses without it, too.)'
    },
    decompress_gzip: {
      type: 'integer',
      minimum: 0,
      default: 0,
      description: 'Decompresses request bodies with `Content-Encoding: gzip`, up to this number of bytes; 0: not. Beyond it, and beyond `max_payload`, the answer is 413.'
    },
    max_payload: { type: 'integer', minimum: 0, default: 0, description: 'Size limit of request bodies in bytes; 0: no limit.' }
  }
} as const

type Keys = Static<typeof routerSchema>
type Properties = typeof routerSchema.properties
type WithDefaults = { [Key in keyof Properties as Properties[Key] extends { default: unknown } ? Key : never]: unknown }

/** The settings of `router` with every default filled in. */
export type RouterSettings = Omit<Keys, keyof WithDefaults> & Required<Pick<Keys, keyof WithDefaults & keyof Keys>>

/** The namespace `router`, which the loader handles itself. */
export const routerFeature: FeatureSchema = { namespace: 'router', schemas: { service: routerSchema } }

/** Returns the `router` settings of a model, with defaults. */
export function routerSettings (model: Pick<Service, 'extra'>): RouterSettings {
  return { ...defaults, ...model.extra['router'] as Partial<RouterSettings> | undefined }
}

const defaults = Object.fromEntries(
  Object.entries(routerSchema.properties).flatMap(([key, schema]) => 'default' in schema ? [[key, schema.default]] : [])
) as unknown as RouterSettings
