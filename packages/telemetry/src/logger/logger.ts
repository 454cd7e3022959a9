import { pino, type Logger } from 'pino'
import { openDestination, type LineStream } from './destination.ts'
import { chooseLevel } from './levels.ts'
import { createLineFormat, type FormatRecord } from './line-format.ts'
import type { LoggingSettings } from '../options.ts'
import { levelKey, readRecord, timeKey } from './record.ts'
import { createScrub, type Scrub } from '../scrub.ts'
import { secretNames, type SecretNames } from '../secret-names.ts'
import { serializeError } from './serialize-error.ts'
import type { Sink, SinkOptions } from './sinks.ts'

const accessStream = Symbol('floodgate.telemetry.accessStream')

export interface LoggerOptions extends Pick<SinkOptions, 'gelf' | 'syslogAddress'> {
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
 * @throws {FG_ERR_TELEMETRY_ADDRESS}
 */
export async function createLogger (
  settings: LoggingSettings | undefined,
  { debug = 0, stream, secrets, gelf, syslogAddress }: LoggerOptions = {}
): Promise<Logger> {
  const effective = settings ?? unconfigured
  const scrub = createScrub(secrets ?? secretNames())
  const format = await createLineFormat(effective)
  const sinks = effective.syslog === true || gelf !== undefined ? await loadSinks(effective, format, { gelf, syslogAddress }) : []
  const lines = stream ?? (effective.stdout === true || sinks.length === 0 ? openDestination(effective.stdout === true ? 1 : 2) : null)
  const logger = pino({
    level: chooseLevel(effective.level, debug),
    base: null,
    timestamp: () => `,"${timeKey}":${Date.now()}`,
    formatters: { level: (_, number) => ({ [levelKey]: number }) },
    serializers: { err: serializeError, error: serializeError },
    ...sinks.length === 0 && { hooks: { streamWrite: (line) => `${format(readRecord(line, scrub))}\n` } }
  }, sinks.length === 0 ? lines! : distribute(lines, sinks, format, scrub))
  return Object.assign(logger, { [accessStream]: stream ?? openDestination(1) })
}

async function loadSinks (
  settings: LoggingSettings,
  format: FormatRecord,
  options: Omit<SinkOptions, 'onDropped'>
): Promise<readonly Sink[]> {
  const { createSinks } = await import('./sinks.ts')
  return createSinks(settings, format, {
    ...options,
    onDropped (server, messages, reason) {
      const what = messages === 0 ? `${server} cannot be reached` : `${messages} ${messages === 1 ? 'message' : 'messages'} for ${server} dropped`
      openDestination(2).write(`floodgate: ${what}: ${reason}\n`)
    }
  })
}

/** Creates the stream of a logger that writes to several places; each record is read once. */
function distribute (lines: LineStream | null, sinks: readonly Sink[], format: FormatRecord, scrub: Scrub): LineStream {
  return {
    write (line) {
      const record = readRecord(line, scrub)
      lines?.write(`${format(record)}\n`)
      for (const sink of sinks) sink(record)
    }
  }
}

/** Returns the destination of the access log for loggers from `createLogger` and their children; null for a host's logger. */
export function accessStreamOf (log: object): LineStream | null {
  // pino's children inherit from their parents.
  return (log as { [accessStream]?: LineStream })[accessStream] ?? null
}
