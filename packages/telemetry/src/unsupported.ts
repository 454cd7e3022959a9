import type { FeatureContext } from '@floodgate/core'
import { formats } from './logger/line-format.ts'
import { facilities, LoggingSettings, namespace } from './options.ts'

/** Keys that configure the application log of a standalone gateway. */
const ofOwnLogger = ['level', 'prefix', 'stdout', 'syslog', 'format', 'custom_format'] as const

type Warn = (key: keyof LoggingSettings, message: string) => void

/** Finds logging settings that are not supported or have no effect. */
export function warnOfUnsupported ({ model, warning }: Pick<FeatureContext, 'model' | 'warning'>, mounted: boolean): void {
  const settings = model.extra[namespace] as LoggingSettings | undefined
  const warn: Warn = (key, message) => { warning(['extra_config', namespace, key], message) }
  if (settings !== undefined && mounted) checkMounted(settings, warn)
  else if (settings !== undefined) check(settings, warn)
}

function check (settings: LoggingSettings, warn: Warn): void {
  const {
    syslog_facility: facility = 'local3',
    format = 'default',
    custom_format: pattern,
    access_log_format: accessFormat,
    access_log_custom_format: accessPattern
  } = settings
  if (!facilities.includes(facility)) {
    warn('syslog_facility', `"${facility}" is not a facility that can be configured, so "local0" is used: write one of ${facilities.join(', ')}`)
  }
  if (!formats.includes(format)) {
    warn('format', `"${format}" is not a known format, so the application log uses "default": write one of ${formats.join(', ')}`)
  }
  if (pattern !== undefined && format !== 'custom') warn('custom_format', 'has no effect: set "format" to "custom"')
  if (accessPattern !== undefined && accessPattern !== '' && accessFormat !== 'custom') {
    warn('access_log_custom_format', 'has no effect: set "access_log_format" to "custom"')
  }
}

function checkMounted (settings: LoggingSettings, warn: Warn): void {
  for (const key of ofOwnLogger) {
    // Default values may have been added.
    const isSet = settings[key] !== undefined && settings[key] !== (LoggingSettings.properties[key] as { default?: unknown }).default
    if (isSet) warn(key, 'has no effect in a gateway that is mounted in an app: the gateway uses the logger of the app')
  }
}
