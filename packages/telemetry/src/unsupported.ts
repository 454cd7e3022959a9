import type { Place, Service } from '@floodgate/core'
import { formats } from './line-format.ts'
import { LoggingSettings, namespace } from './options.ts'

/** Keys that say how an application log of our own is written. */
const ofOwnLogger = ['level', 'prefix', 'stdout', 'syslog', 'format', 'custom_format'] as const

/** Tells in one sentence each what the configuration wants of logging and does not get. */
export function explainUnsupported (model: Pick<Service, 'extra' | 'endpoints'>, mounted: boolean): string[] {
  const settings = model.extra[namespace] as LoggingSettings | undefined
  const told = settings === undefined ? [] : mounted ? explainMounted(settings) : explainSettings(settings)
  const places = placesOfBackendLogs(model, settings)
  if (places.length > 0) {
    told.push(`${namespace}: the log of the calls to backends (${places.join(', ')}) is not supported: no such line is written; failed calls are in the application log`)
  }
  return told
}

function explainSettings (settings: LoggingSettings): string[] {
  const { syslog, syslog_facility: facility = 'local3', stdout, format = 'default', custom_format: pattern, access_log_format: accessFormat, access_log_custom_format: accessPattern } = settings
  const told: string[] = []
  if (syslog === true) {
    told.push(`${namespace}: "syslog" is not supported: nothing goes to syslog (facility ${facility}); the application log goes to ${stdout === true ? 'stdout' : 'stderr'}, from where systemd, a container engine or logger(1) can bring it there`)
  }
  if (!formats.includes(format)) told.push(`${namespace}: there is no format "${format}": the application log has the format "default"; there are ${formats.join(', ')}`)
  if (pattern !== undefined && format !== 'custom') told.push(`${namespace}: "custom_format" has no effect: set "format" to "custom"`)
  if (accessPattern !== undefined && accessPattern !== '' && accessFormat !== 'custom') told.push(`${namespace}: "access_log_custom_format" has no effect: set "access_log_format" to "custom"`)
  return told
}

function explainMounted (settings: LoggingSettings): string[] {
  // Defaults may have been filled in.
  const keys = ofOwnLogger.filter((key) => settings[key] !== undefined && settings[key] !== (LoggingSettings.properties[key] as { default?: unknown }).default)
  if (keys.length === 0) return []
  return [`${namespace}: this gateway is mounted in an app and uses its logger: ${keys.map((key) => `"${key}"`).join(', ')} ${keys.length === 1 ? 'has' : 'have'} no effect here; set up the app's logger instead`]
}

function placesOfBackendLogs ({ endpoints }: Pick<Service, 'endpoints'>, settings: LoggingSettings | undefined): string[] {
  const inBackends = endpoints.flatMap(({ backends }) => backends.flatMap((backend) => namespace in backend.extra ? [writePlace(backend.place)] : []))
  return [...settings?.backend === undefined ? [] : [`extra_config."${namespace}".backend`], ...inBackends]
}

function writePlace (place: Place): string {
  return place.map((key, i) => typeof key === 'number' ? `[${key}]` : i === 0 ? key : `.${key}`).join('')
}
