import createError from '@fastify/error'

const FG_ERR_WORKERS_NO_SERVICE = createError(
  'FG_ERR_WORKERS_NO_SERVICE',
  'no service in the primary has the topic "%s": a feature must provide it in `services`, and its namespace must be configured'
)
const FG_ERR_WORKERS_SERVICE = createError('FG_ERR_WORKERS_SERVICE', 'the service "%s" in the primary failed: %s')
const FG_ERR_WORKERS_NO_ANSWER = createError('FG_ERR_WORKERS_NO_ANSWER', 'the service "%s" in the primary has not answered within %s ms')
const FG_ERR_WORKERS_SERVICE_TWICE = createError(
  'FG_ERR_WORKERS_SERVICE_TWICE',
  'two features have a service with the topic "%s": begin topics with the namespace of their feature'
)

export const errors = { FG_ERR_WORKERS_NO_ANSWER, FG_ERR_WORKERS_NO_SERVICE, FG_ERR_WORKERS_SERVICE, FG_ERR_WORKERS_SERVICE_TWICE }

export const noAnswer = (topic: string, timeout: number) => new FG_ERR_WORKERS_NO_ANSWER(topic, String(timeout))
export const noService = (topic: string) => new FG_ERR_WORKERS_NO_SERVICE(topic)
export const serviceFailed = (topic: string, message: string) => new FG_ERR_WORKERS_SERVICE(topic, message)
export const serviceTwice = (topic: string) => new FG_ERR_WORKERS_SERVICE_TWICE(topic)
