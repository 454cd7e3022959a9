import createError from '@fastify/error'

/** Two gateways of one app have the same name. */
export const FG_ERR_GATEWAY_NAME_TAKEN = createError(
  'FG_ERR_GATEWAY_NAME_TAKEN',
  'two gateways of this app are named "%s": %s, and %s; give one of them another "name"'
)

/** No gateway of the app has this name. */
export const FG_ERR_GATEWAY_UNKNOWN = createError('FG_ERR_GATEWAY_UNKNOWN', 'this app has no gateway named "%s": it has %s')

/** `reload` of a gateway whose configuration stays. */
export const FG_ERR_GATEWAY_NOT_RELOADABLE = createError(
  'FG_ERR_GATEWAY_NOT_RELOADABLE',
  'the configuration of "%s" (%s) cannot be replaced while it runs: register @floodgate/gateway with { reloadable: true }'
)

/** `eject` or `restore` names what is not one of several hosts. */
export const FG_ERR_GATEWAY_UNKNOWN_HOST = createError(
  'FG_ERR_GATEWAY_UNKNOWN_HOST',
  '"%s" is not one of several hosts of a backend, and is not checked; those are: %s'
)
