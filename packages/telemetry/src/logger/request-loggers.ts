import type { FastifyBaseLogger, FastifyServerOptions } from 'fastify'
import type { Bindings, ChildLoggerOptions } from 'pino'

type Factory = NonNullable<FastifyServerOptions['childLoggerFactory']>

/** A request's logger before its first line: the data from which its child logger is created. */
interface Waiting {
  ownBindings: Bindings
  ownOptions: ChildLoggerOptions
  made: FastifyBaseLogger | null
}

const methods = [
  'fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent', 'child', 'bindings', 'setBindings', 'isLevelEnabled',
  'flush'
] as const

type Methods = Record<typeof methods[number], (...args: unknown[]) => unknown>

/**
 * Creates Fastify's `childLoggerFactory` for the children of one logger: a request's child logger is created when the
 * request first logs, which most never do.
 */
export function createRequestLoggers (log: FastifyBaseLogger): Factory {
  const RequestLogger = function (this: Waiting, bindings: Bindings, options: ChildLoggerOptions) {
    this.ownBindings = bindings
    this.ownOptions = options
    this.made = null
  } as unknown as new (bindings: Bindings, options: ChildLoggerOptions) => FastifyBaseLogger
  // Everything else is inherited from the parent, as for pino's own children.
  RequestLogger.prototype = Object.create(log, Object.fromEntries([
    ...methods.map(
      (name) => [name, { value (this: Waiting, ...args: unknown[]) { return (childOf(this, log) as unknown as Methods)[name](...args) } }]
    ),
    [
      'level',
      { get (this: Waiting) { return childOf(this, log).level }, set (this: Waiting, level: string) { childOf(this, log).level = level } }
    ]
  ]) as PropertyDescriptorMap)
  return (_logger, bindings, options) => new RequestLogger(bindings, options as ChildLoggerOptions)
}

function childOf (waiting: Waiting, log: FastifyBaseLogger): FastifyBaseLogger {
  waiting.made ??= log.child(waiting.ownBindings, waiting.ownOptions)
  return waiting.made
}
