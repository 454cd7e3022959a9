/** Shapes of `telemetry/logging`: plain JSON Schemas, because loading a schema builder would cost a third of a start. */
import type { Static } from 'typebox'

export const namespace = 'telemetry/logging'

const text = { type: 'string' } as const
const flag = { type: 'boolean', default: false } as const
const level = { type: 'string', enum: ['DEBUG', 'INFO', 'NOTICE', 'WARNING', 'ERROR', 'CRITICAL', 'debug', 'info', 'notice', 'warning', 'error', 'critical'] } as const

/** Log of the calls to backends, a key of KrakenD Enterprise: known, and not supported. */
export const BackendLoggingSettings = {
  type: 'object',
  properties: { custom_format: text, log_with_level: level, no_value: text, prefix: text }
} as const
export type BackendLoggingSettings = Static<typeof BackendLoggingSettings>

/** What a backend's `telemetry/logging` holds. */
export const BackendLevelSettings = { type: 'object', properties: { backend: BackendLoggingSettings } } as const

/** Settings of the namespace `telemetry/logging`: KrakenD page "Logging". */
export const LoggingSettings = {
  type: 'object',
  properties: {
    level: { ...level, default: 'INFO', description: 'Lowest level that is logged.' },
    prefix: { ...text, default: '', description: 'Text in front of each line in the format "default", and `%{prefix}` of the access log.' },
    stdout: { ...flag, description: 'Write the application log to stdout; else it goes to stderr. The access log always goes to stdout.' },
    syslog: { ...flag, description: 'Not supported: a warning at start says so.' },
    syslog_facility: { ...text, default: 'local3', description: 'Not supported, like `syslog`.' },
    format: { ...text, default: 'default', description: 'Format of the application log: "default", "logstash", "json" or "custom".' },
    custom_format: { ...text, description: 'Pattern of the format "custom", with variables like `%{message}`.' },
    access_log_format: {
      type: 'string',
      enum: ['', 'default', 'httpdCommon', 'httpdCombine', 'httpdCombined', 'json', 'custom'],
      default: '',
      description: 'Format of the access log; "" is the line of KrakenD Community.'
    },
    access_log_custom_format: { ...text, default: '', description: 'Pattern of the access log format "custom", with variables like `%{statusCode}`.' },
    access_log_missing_key_marker: { ...text, default: '-', description: 'What stands in the access log for a header, parameter or claim that is not there.' },
    backend: BackendLoggingSettings
  }
} as const
export type LoggingSettings = Static<typeof LoggingSettings>
