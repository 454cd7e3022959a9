import type { Feature } from '@floodgate/core'
import type { AccessLogOptions } from './access-log/access-log.ts'
import { BackendLevelSettings, LoggingSettings, namespace } from './options.ts'

/**
 * Creates the feature `telemetry/logging`: it adds the access log and the log of backend calls, and warns about settings
 * without effect.
 * The application log itself is the logger of the app, which the standalone server gets from `createLogger`.
 */
export function createLoggingFeature (options: AccessLogOptions = {}): Feature {
  return {
    namespace,
    schemas: { service: LoggingSettings, backend: BackendLevelSettings },
    inherits: true,
    load: async () => (await import('./logging-parts.ts')).createLoggingParts(options)
  }
}

/** The feature `telemetry/logging` without claims: `%{jwt.CLAIM}` shows the placeholder for missing values. */
export const loggingFeature: Feature = createLoggingFeature()
