import type { IncomingMessage } from 'node:http'
import type { FastifyBaseLogger, FastifyServerOptions } from 'fastify'
import type { Bindings, ChildLoggerOptions } from 'pino'
import { traceOf } from '../requests/request-record.ts'

type Factory = NonNullable<FastifyServerOptions['childLoggerFactory']>

/** A request's logger before its first line: the data from which its child logger is created. */
interface Waiting {
  raw: IncomingMessage
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
  const RequestLogger = function (this: Waiting, bindings: Bindings, options: ChildLoggerOptions, raw: IncomingMessage) {
    this.raw = raw
    this.ownBindings = bindings
    this.ownOptions = options
    this.made = null
  } as unknown as new (bindings: Bindings, options: ChildLoggerOptions, raw: IncomingMessage) => FastifyBaseLogger
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
  return (_logger, bindings, options, raw) => new RequestLogger(bindings, options as ChildLoggerOptions, raw as IncomingMessage)
}

function childOf (waiting: Waiting, log: FastifyBaseLogger): FastifyBaseLogger {
  if (waiting.made === null) {
    const trace = traceOf(waiting.raw)
    const bindings = trace === null ? waiting.ownBindings : { ...waiting.ownBindings, trace_id: trace.traceId, span_id: trace.spanId }
    waiting.made = log.child(bindings, waiting.ownOptions)
  }
  return waiting.made
}
