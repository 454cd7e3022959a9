import type { Service } from '@floodgate/core'
import type { Static } from 'typebox'
import type { FeatureSchema } from '@floodgate/core'

const flag = { type: 'boolean', default: false } as const

/** Settings of the namespace `router`: KrakenD page "Router options". */
export const routerSchema = {
  type: 'object',
  properties: {
    auto_options: { ...flag, description: 'Answer OPTIONS of every path with its methods.' },
    return_error_msg: { ...flag, description: 'Show the gateway\'s error texts to clients.' },
    disable_health: { ...flag, description: 'Do not serve the health endpoint.' },
    health_path: { type: 'string', default: '/__health', description: 'Path of the health endpoint.' },
    error_body: { type: 'object', properties: { 404: {}, 405: {} }, description: 'JSON bodies of 404 and 405.' },
    disable_access_log: { ...flag, description: 'Write no line per request.' },
    logger_skip_paths: { type: 'array', items: { type: 'string' }, default: [], description: 'Paths without a line in the log.' },
    hide_version_header: { ...flag, needless: true, description: 'Not needed: no version is sent.' },
    disable_redirect_trailing_slash: { ...flag, description: 'Do not redirect to the path with or without a slash at its end.' },
    disable_redirect_fixed_path: { ...flag, description: 'Do not redirect to the path in its right spelling.' },
    disable_handle_method_not_allowed: { ...flag, description: 'Answer 404 instead of 405.' },
    disable_path_decoding: { ...flag, description: 'Let encoded parameters pass.' },
    remove_extra_slash: { ...flag, description: 'Match paths without their doubled slashes and dot segments.' },
    forwarded_by_client_ip: { type: 'boolean', default: true, description: 'Take the client\'s address from headers of trusted proxies. The documentation says false is the default; it is true.' },
    remote_ip_headers: { type: 'array', items: { type: 'string' }, default: ['X-Forwarded-For', 'X-Real-IP'], description: 'Headers that carry the client\'s address.' },
    trusted_proxies: { type: 'array', items: { type: 'string', format: 'ip-range' }, default: ['0.0.0.0/0', '::/0'], description: 'Addresses and networks of proxies to believe.' },
    app_engine: { ...flag, description: 'Trust the headers of Google App Engine.' },
    max_multipart_memory: { type: 'integer', inert: 'bodies are not parsed', description: 'Ignored: bodies are not parsed.' },
    use_h2c: { ...flag, description: 'Deprecated: the same at the root.' },
    disable_gzip: { ...flag, inert: 'this gateway does not compress responses itself', description: 'Ignored: responses are not compressed.' },
    decompress_gzip: { type: 'integer', minimum: 0, default: 0, inert: 'request bodies are passed on as they come', description: 'Ignored: request bodies are not unzipped.' },
    max_payload: { type: 'integer', minimum: 0, default: 0, description: 'Size limit of request bodies in bytes; 0 = none.' }
  }
} as const

type Keys = Static<typeof routerSchema>
type WithDefaults = { [Key in keyof typeof routerSchema.properties as typeof routerSchema.properties[Key] extends { default: unknown } ? Key : never]: unknown }

/** The settings of `router` with every default filled in. */
export type RouterSettings = Omit<Keys, keyof WithDefaults> & Required<Pick<Keys, keyof WithDefaults & keyof Keys>>

/** The namespace `router`, known to the loader itself. */
export const routerFeature: FeatureSchema = { namespace: 'router', schemas: { service: routerSchema } }

/** Reads the `router` settings of a model; defaults where there are none. */
export function routerSettings (model: Pick<Service, 'extra'>): RouterSettings {
  return { ...defaults, ...model.extra['router'] as Partial<RouterSettings> | undefined }
}

const defaults = Object.fromEntries(Object.entries(routerSchema.properties).flatMap(([key, schema]) => 'default' in schema ? [[key, schema.default]] : [])) as unknown as RouterSettings
