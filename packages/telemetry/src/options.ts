/** Shapes of `telemetry/logging`: plain JSON Schemas, because loading a schema builder would cost a third of a start. */
import type { Static } from 'typebox'

export const namespace = 'telemetry/logging'

const text = { type: 'string' } as const
const flag = { type: 'boolean', default: false } as const
const level = {
  type: 'string',
  enum: ['DEBUG', 'INFO', 'NOTICE', 'WARNING', 'ERROR', 'CRITICAL', 'debug', 'info', 'notice', 'warning', 'error', 'critical']
} as const

/** Log of backend calls, a key of KrakenD Enterprise: recognized but not supported. */
const BackendLoggingSettings = {
  type: 'object',
  description: 'Not supported: a line per call of a backend.',
  properties: {
    custom_format: { ...text, description: 'Not supported: pattern of such a line.' },
    log_with_level: { ...level, description: 'Not supported: level of such a line.' },
    no_value: { ...text, description: 'Not supported: placeholder for missing values in such a line.' },
    prefix: { ...text, description: 'Not supported: prefix of such a line.' }
  }
} as const
type BackendLoggingSettings = Static<typeof BackendLoggingSettings>

/** Shape of a backend's `telemetry/logging`. */
export const BackendLevelSettings = { type: 'object', properties: { backend: BackendLoggingSettings } } as const

/** Settings of the namespace `telemetry/logging`: KrakenD page "Logging". */
export const LoggingSettings = {
  type: 'object',
  properties: {
    level: { ...level, default: 'INFO', description: 'Lowest level to log.' },
    prefix: { ...text, default: '', description: 'Prefix of each line in the format "default", and `%{prefix}` of the access log.' },
    stdout: { ...flag, description: 'Writes the application log to stdout instead of stderr. The access log always goes to stdout.' },
    syslog: { ...flag, description: 'Not supported: the gateway logs a warning at start.' },
    syslog_facility: { ...text, default: 'local3', description: 'Not supported, like `syslog`.' },
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
