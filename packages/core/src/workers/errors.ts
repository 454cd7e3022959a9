import createError from '@fastify/error'

const FG_ERR_WORKERS_NO_SERVICE = createError('FG_ERR_WORKERS_NO_SERVICE', 'no service in the primary answers the topic "%s": a feature brings it with `services`, and its namespace must be configured')
const FG_ERR_WORKERS_SERVICE = createError('FG_ERR_WORKERS_SERVICE', 'the service "%s" in the primary failed: %s')
const FG_ERR_WORKERS_NO_ANSWER = createError('FG_ERR_WORKERS_NO_ANSWER', 'the service "%s" in the primary has not answered within %s ms')
const FG_ERR_WORKERS_SERVICE_TWICE = createError('FG_ERR_WORKERS_SERVICE_TWICE', 'two features bring a service of the topic "%s": topics begin with the namespace of their feature')

export const errors = { FG_ERR_WORKERS_NO_ANSWER, FG_ERR_WORKERS_NO_SERVICE, FG_ERR_WORKERS_SERVICE, FG_ERR_WORKERS_SERVICE_TWICE }

export const noAnswer = (topic: string, timeout: number) => new FG_ERR_WORKERS_NO_ANSWER(topic, String(timeout))
export const noService = (topic: string) => new FG_ERR_WORKERS_NO_SERVICE(topic)
export const serviceFailed = (topic: string, message: string) => new FG_ERR_WORKERS_SERVICE(topic, message)
export const serviceTwice = (topic: string) => new FG_ERR_WORKERS_SERVICE_TWICE(topic)
