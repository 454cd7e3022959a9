import createError from '@fastify/error'

/** A feature's metric does not follow the rules of names, or contradicts another one. */
export const FG_ERR_METRIC_INVALID = createError('FG_ERR_METRIC_INVALID', 'the metric "%s" cannot be used: %s')
