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
  /** Number of `-d` options: 2: DEBUG, 3: TRACE. Default 0; 0 and 1 use the configured level. */
  debug?: number
  /** Where all lines go, instead of stdout and stderr; closed by the caller that opened it. */
  stream?: LineStream
  /** Names of secrets in this configuration: `secretNames(model)`. Default: the usual names. */
  secrets?: SecretNames
}

/** Defaults without the namespace: KrakenD's, except for the level, which is DEBUG there. */
const unconfigured: LoggingSettings = { level: 'INFO', prefix: 'KRAKEND', stdout: true }

/**
 * Creates the logger of a standalone gateway by the service's `telemetry/logging`: a pino logger that writes the lines
 * of the configured format, without secrets. Its child loggers do the same. Logging never waits for a write, and
 * nothing has to be closed: remaining lines are written when the process exits.
 *
 * @param settings of the namespace; undefined where it is not configured
 * @throws {FG_ERR_TELEMETRY_LEVEL}
 * @throws {FG_ERR_TELEMETRY_NO_PATTERN}
 * @throws {FG_ERR_TELEMETRY_VARIABLE}
 * @throws {FG_ERR_TELEMETRY_LAYOUT}
 */
export async function createLogger (
  settings: LoggingSettings | undefined,
  { debug = 0, stream, secrets }: LoggerOptions = {}
): Promise<Logger> {
  const effective = settings ?? unconfigured
  const format = await createLineFormat(effective, createScrub(secrets ?? secretNames()))
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

/** Returns the destination of the access log for loggers from `createLogger` and their children; null for a host's logger. */
export function accessStreamOf (log: object): LineStream | null {
  // pino's children inherit from their parents.
  return (log as { [accessStream]?: LineStream })[accessStream] ?? null
}
