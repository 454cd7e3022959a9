import { pino, type Logger } from 'pino'
import { openDestination, type LineStream } from './destination.ts'
import { chooseLevel } from './levels.ts'
import { createLineFormat } from './line-format.ts'
import type { LoggingSettings } from '../options.ts'
import { levelKey, timeKey } from './record.ts'
import { createScrub } from '../scrub.ts'
import { secretNames, type SecretNames } from '../secret-names.ts'
import { serializeError } from './serialize-error.ts'

const accessStream = Symbol('floodgate.telemetry.accessStream')

export interface LoggerOptions {
  /** How many `-d` were given: 2 = DEBUG, 3 = traces as well. Default 0; 0 and 1 are the configured level. */
  debug?: number
  /** Where all lines go, instead of stdout and stderr; closed by who opened it. */
  stream?: LineStream
  /** Names of what is secret in this configuration: `secretNames(model)`. Default: the usual ones. */
  secrets?: SecretNames
}

/** Without the namespace: what KrakenD does then, but for the level, which is DEBUG there. */
const unconfigured: LoggingSettings = { level: 'INFO', prefix: 'KRAKEND', stdout: true }

/**
 * Creates the logger of a standalone gateway by the service's `telemetry/logging`: a pino logger that writes the lines
 * of the configured format, without secrets. Its child loggers do the same. Nothing waits for a line to be written,
 * and nothing has to be closed: what is left is written when the process exits.
 *
 * @param settings of the namespace; undefined where it is not configured
 * @throws {FG_ERR_TELEMETRY_LEVEL}
 * @throws {FG_ERR_TELEMETRY_NO_PATTERN}
 * @throws {FG_ERR_TELEMETRY_VARIABLE}
 * @throws {FG_ERR_TELEMETRY_LAYOUT}
 */
export function createLogger (settings: LoggingSettings | undefined, { debug = 0, stream, secrets }: LoggerOptions = {}): Logger {
  const effective = settings ?? unconfigured
  const format = createLineFormat(effective, createScrub(secrets ?? secretNames()))
  const logger = pino({
    level: chooseLevel(effective.level, debug),
    base: null,
    timestamp: () => `,"${timeKey}":${Date.now()}`,
    formatters: { level: (_, number) => ({ [levelKey]: number }) },
    serializers: { err: serializeError, error: serializeError },
    hooks: { streamWrite: format }
  }, stream ?? openDestination(effective.stdout === true ? 1 : 2))
  return Object.assign(logger, { [accessStream]: stream ?? openDestination(1) })
}

/** Where the access log goes: known to loggers that `createLogger` made and to their children; null for a host's. */
export function accessStreamOf (log: object): LineStream | null {
  // pino's children inherit from their parents.
  return (log as { [accessStream]?: LineStream })[accessStream] ?? null
}
