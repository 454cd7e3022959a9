import { createLocalTime } from '../local-time.ts'
import type { LoggingSettings } from '../options.ts'
import { describeRecord, module, type LogRecord } from './record.ts'

/** Formats a record as a line, without its line feed. */
export type FormatRecord = (record: LogRecord) => string

/** Formats of the application log by their name in the configuration; unknown names select `default`. */
export const formats = ['default', 'logstash', 'json', 'custom']

/**
 * Chooses the format of the application log.
 *
 * @throws {FG_ERR_TELEMETRY_NO_PATTERN} the format is `custom`, and `custom_format` has no variable
 * @throws {FG_ERR_TELEMETRY_VARIABLE} `custom_format` has a variable that does not exist
 * @throws {FG_ERR_TELEMETRY_LAYOUT} `custom_format` has a layout that does not fit
 */
export async function createLineFormat (
  { format, custom_format: pattern = '', prefix = '' }: LoggingSettings
): Promise<FormatRecord> {
  switch (format) {
    case 'logstash':
      return ({ time, level, message, fields }) =>
        JSON.stringify({ '@timestamp': isoTime(time), '@version': 1, level, message, module, ...rename(fields, logstashKeys) })
    case 'json':
      return ({ time, level, message, fields }) =>
        JSON.stringify({ timestamp: isoTime(time), level, message, ...(prefix !== '' && { prefix }), ...rename(fields, jsonKeys) })
    case 'custom': {
      // Go's layouts are loaded for it only.
      const write = (await import('./message-pattern.ts')).compileMessagePattern(pattern)
      return (record) => write({ ...record, message: describeRecord(record) })
    }
    default: {
      const time = createLocalTime(' ')
      const middle = prefix === '' ? ' ' : ` ${prefix} `
      return (record) => `${time(record.time)}${middle}${record.level}: ${describeRecord(record)}`
    }
  }
}

const logstashKeys: ReadonlySet<string> = new Set(['@timestamp', '@version', 'level', 'message', 'module'])
const jsonKeys: ReadonlySet<string> = new Set(['timestamp', 'level', 'message', 'prefix'])

/** A field with the same name as one of the format's own fields gets an underscore. */
function rename (fields: Record<string, unknown>, taken: ReadonlySet<string>): Record<string, unknown> {
  if (!Object.keys(fields).some((name) => taken.has(name))) return fields
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [taken.has(name) ? `${name}_` : name, value]))
}

/** UTC, with the matching offset; the reference writes local time with the UTC offset. */
function isoTime (ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+00:00')
}
