import createError from '@fastify/error'

/** Options of a plugin do not fit. */
export const FG_ERR_PROXY_OPTIONS = createError('FG_ERR_PROXY_OPTIONS', 'wrong options for %s: %s')

/** The proxy was registered before the configuration. */
export const FG_ERR_PROXY_NO_CONFIG = createError('FG_ERR_PROXY_NO_CONFIG',
  'there is no configuration to serve: register @floodgate/config-loader first, then @floodgate/proxy, in the same scope or one around it')

/** A scope asks for a backend before the proxy is there. */
export const FG_ERR_PROXY_NOT_REGISTERED = createError('FG_ERR_PROXY_NOT_REGISTERED',
  'replyFromBackend needs the clients of a configuration: register @floodgate/proxy or @floodgate/gateway first, in the same scope or one around it')

/** An option names what the configuration does not have. */
export const FG_ERR_PROXY_UNKNOWN_ENDPOINT = createError('FG_ERR_PROXY_UNKNOWN_ENDPOINT', 'the configuration has no %s; it has %s')

/** `reply.from()` got no usable answer from its backend. */
export const FG_ERR_PROXY_BAD_GATEWAY = createError('FG_ERR_PROXY_BAD_GATEWAY', 'no usable answer from the backend: %s', 502)

/** `reply.from()` got no answer in time. */
export const FG_ERR_PROXY_GATEWAY_TIMEOUT = createError('FG_ERR_PROXY_GATEWAY_TIMEOUT', 'no answer from the backend in time: %s', 504)
