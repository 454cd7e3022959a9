/** Shapes of `telemetry/logging`: plain JSON Schemas, because loading a schema builder would cost a third of a start. */
import type { Static } from 'typebox'

export const namespace = 'telemetry/logging'

/** Facilities of syslog that can be configured, in the order of their numbers. */
export const facilities: readonly string[] = ['local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7']

const text = { type: 'string' } as const
const flag = { type: 'boolean', default: false } as const
const level = {
  type: 'string',
  enum: ['DEBUG', 'INFO', 'NOTICE', 'WARNING', 'ERROR', 'CRITICAL', 'debug', 'info', 'notice', 'warning', 'error', 'critical']
} as const

/** Log of backend calls: KrakenD Enterprise page "Advanced logging". */
export const BackendLoggingSettings = {
  type: 'object',
  description: 'Writes a line for each call of a backend.',
  properties: {
    custom_format: {
      ...text,
      default: '%{prefix}%{time} |%{statusCode}| %{latencyMs} | %{method} %{host} %{path}',
      description: 'Pattern of the line, with variables like those of the access log, and `%{resp.PATH}` of the decoded response.'
    },
    log_with_level: { ...level, description: 'Writes the lines as entries of the application log with this level. Default: to stdout, as the access log.' },
    no_value: { ...text, default: '-', description: 'Placeholder for a variable without a value.' },
    prefix: { ...text, default: '', description: '`%{prefix}` of these lines.' }
  }
} as const
export type BackendLoggingSettings = Static<typeof BackendLoggingSettings>

/** Shape of a backend's `telemetry/logging`. */
export const BackendLevelSettings = { type: 'object', properties: { backend: BackendLoggingSettings } } as const

/** Settings of the namespace `telemetry/logging`: KrakenD page "Logging". */
export const LoggingSettings = {
  type: 'object',
  properties: {
    level: { ...level, default: 'INFO', description: 'Lowest level to log.' },
    prefix: { ...text, default: '', description: 'Prefix of each line in the format "default", and `%{prefix}` of the access log.' },
    stdout: { ...flag, description: 'Writes the application log to stdout instead of stderr. The access log always goes to stdout.' },
    syslog: {
      ...flag,
      description: 'Sends the application log to a syslog server, that of `floodgate.syslog_address`, instead of stderr; with `stdout` to both.'
    },
    syslog_facility: { ...text, default: 'local3', description: 'Facility of these messages: `local0` to `local7`.' },
    format: { ...text, default: 'default', description: 'Format of the application log: "default", "logstash", "json" or "custom".' },
    custom_format: { ...text, description: 'Pattern of the format "custom", with variables like `%{message}`.' },
    access_log_format: {
      type: 'string',
      enum: ['', 'default', 'httpdCommon', 'httpdCombine', 'httpdCombined', 'json', 'custom'],
      default: '',
      description: 'Format of the access log; "": the line of KrakenD Community.'
    },
    access_log_custom_format: {
      ...text,
      default: '',
      description: 'Pattern of the access log format "custom", with variables like `%{statusCode}`.'
    },
    access_log_missing_key_marker: {
      ...text,
      default: '-',
      description: 'Placeholder in the access log for a missing header, parameter or claim.'
    },
    backend: BackendLoggingSettings
  }
} as const
export type LoggingSettings = Static<typeof LoggingSettings>
