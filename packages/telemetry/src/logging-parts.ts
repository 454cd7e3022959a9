import type { Feature, FeatureContext, ServiceHooks } from '@floodgate/core'
import { settingOf } from './about-setting.ts'
import { createAccessLog, type AccessLogOptions } from './access-log/access-log.ts'
import { accessStreamOf } from './logger/logger.ts'
import { namespace, type LoggingSettings } from './options.ts'
import { warnOfUnsupported } from './unsupported.ts'

/** Creates the parts of the feature `telemetry/logging` for one gateway: formats are loaded at its setup. */
export function createLoggingParts (options: AccessLogOptions): Partial<Feature> {
  let accessLog: ServiceHooks | undefined
  return {
    async setup (context) {
      warnOfUnsupported(context, !context.judging && accessStreamOf(context.log) === null)
      const settings = context.model.extra[namespace] as LoggingSettings | undefined
      if (settings !== undefined) accessLog = await judged(context, () => createAccessLog(settings, context, options))
    },
    service: () => accessLog
  }
}

/** What is wrong with a setting becomes a problem at its place. */
async function judged <Made> ({ problem }: FeatureContext, make: () => Promise<Made>): Promise<Made | undefined> {
  try {
    return await make()
  } catch (error) {
    const setting = settingOf(error)
    if (setting === null) throw error
    problem(['extra_config', namespace, setting], (error as Error).message)
    return undefined
  }
}
