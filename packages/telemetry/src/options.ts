import { Type, type Static } from 'typebox'

export const namespace = 'telemetry/logging'

const levels = ['DEBUG', 'INFO', 'NOTICE', 'WARNING', 'ERROR', 'CRITICAL']

const level = { enum: [...levels, ...levels.map((name) => name.toLowerCase())] }

/** Log of the calls to backends, a key of KrakenD Enterprise: known, and not supported. */
export const BackendLoggingSettings = Type.Object({
  custom_format: Type.Optional(Type.String()),
  log_with_level: Type.Optional(Type.String(level)),
  no_value: Type.Optional(Type.String()),
  prefix: Type.Optional(Type.String())
})
export type BackendLoggingSettings = Static<typeof BackendLoggingSettings>

/** What a backend's `telemetry/logging` holds. */
export const BackendLevelSettings = Type.Object({ backend: Type.Optional(BackendLoggingSettings) })

/** Settings of the namespace `telemetry/logging`: KrakenD page "Logging". */
export const LoggingSettings = Type.Object({
  level: Type.Optional(Type.String({ ...level, default: 'INFO', description: 'Lowest level that is logged.' })),
  prefix: Type.Optional(Type.String({ default: '', description: 'Text in front of each line in the format "default", and `%{prefix}` of the access log.' })),
  stdout: Type.Optional(Type.Boolean({ default: false, description: 'Write the application log to stdout; else it goes to stderr. The access log always goes to stdout.' })),
  syslog: Type.Optional(Type.Boolean({ default: false, description: 'Not supported: a warning at start says so.' })),
  syslog_facility: Type.Optional(Type.String({ default: 'local3', description: 'Not supported, like `syslog`.' })),
  format: Type.Optional(Type.String({ default: 'default', description: 'Format of the application log: "default", "logstash", "json" or "custom".' })),
  custom_format: Type.Optional(Type.String({ description: 'Pattern of the format "custom", with variables like `%{message}`.' })),
  access_log_format: Type.Optional(Type.String({
    enum: ['', 'default', 'httpdCommon', 'httpdCombine', 'httpdCombined', 'json', 'custom'],
    default: '',
    description: 'Format of the access log; "" is the line of KrakenD Community.'
  })),
  access_log_custom_format: Type.Optional(Type.String({ default: '', description: 'Pattern of the access log format "custom", with variables like `%{statusCode}`.' })),
  access_log_missing_key_marker: Type.Optional(Type.String({ default: '-', description: 'What stands in the access log for a header, parameter or claim that is not there.' })),
  backend: Type.Optional(BackendLoggingSettings)
})
export type LoggingSettings = Static<typeof LoggingSettings>
