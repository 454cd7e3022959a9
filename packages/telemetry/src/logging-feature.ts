import type { Feature } from '@floodgate/core'
import { settingOf } from './about-setting.ts'
import { createAccessLog, type AccessLogOptions } from './access-log/access-log.ts'
import { accessStreamOf } from './logger/logger.ts'
import { BackendLevelSettings, LoggingSettings, namespace } from './options.ts'
import { tellUnsupported } from './unsupported.ts'

/**
 * Creates the feature `telemetry/logging`: it adds the access log and warns about settings that are not supported.
 * The application log itself is the logger of the app, which the standalone server gets from `createLogger`.
 */
export function createLoggingFeature (options: AccessLogOptions = {}): Feature {
  return {
    namespace,
    schemas: { service: LoggingSettings, backend: BackendLevelSettings },
    setup (context) { tellUnsupported(context, !context.judging && accessStreamOf(context.log) === null) },
    service (settings: LoggingSettings, context) {
      try {
        return createAccessLog(settings, context, options)
      } catch (error) {
        const setting = settingOf(error)
        if (setting === null) throw error
        context.problem(['extra_config', namespace, setting], (error as Error).message)
      }
    }
  }
}

/** The feature `telemetry/logging` without claims: `%{jwt.CLAIM}` shows the placeholder for missing values. */
export const loggingFeature: Feature = createLoggingFeature()
