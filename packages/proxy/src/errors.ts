import createError from '@fastify/error'

/** The proxy was registered before the configuration. */
export const FG_ERR_PROXY_NO_CONFIG = createError('FG_ERR_PROXY_NO_CONFIG',
  'There is no configuration to serve: register @floodgate/config-loader first, and await it (await app.register(configLoader, { config })), then @floodgate/proxy')

/** An option names an endpoint or backend that the configuration does not have. */
export const FG_ERR_PROXY_UNKNOWN_ENDPOINT = createError('FG_ERR_PROXY_UNKNOWN_ENDPOINT',
  'The configuration has no %s; it has: %s')

/** Options of the plugin do not fit. */
export const FG_ERR_PROXY_OPTIONS = createError('FG_ERR_PROXY_OPTIONS', 'Options of @floodgate/proxy: %s')
