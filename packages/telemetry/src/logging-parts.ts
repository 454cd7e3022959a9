import type { Backend, Feature, FeatureContext, Place, ServiceHooks } from '@floodgate/core'
import { settingOf } from './about-setting.ts'
import { createAccessLog, type AccessLogOptions } from './access-log/access-log.ts'
import type { BackendLog } from './backend-log/backend-log.ts'
import { accessStreamOf } from './logger/logger.ts'
import { namespace, type BackendLoggingSettings, type LoggingSettings } from './options.ts'
import { warnOfUnsupported } from './unsupported.ts'

/** Creates the parts of the feature `telemetry/logging` for one gateway: formats are loaded at its setup. */
export function createLoggingParts (options: AccessLogOptions): Partial<Feature> {
  let accessLog: ServiceHooks | undefined
  /** By settings: those of the service are shared. */
  const backendLogs = new Map<BackendLoggingSettings, BackendLog>()
  const logOf = ({ extra }: Backend, { model }: FeatureContext): BackendLog | undefined => {
    const settings = backendSettings(extra) ?? backendSettings(model.extra)
    return settings && backendLogs.get(settings)
  }
  return {
    async setup (context) {
      const { model } = context
      warnOfUnsupported(context, !context.dryRun && accessStreamOf(context.log) === null)
      const settings = model.extra[namespace] as LoggingSettings | undefined
      if (settings !== undefined) {
        accessLog = await reportProblem(context, (error) => {
          const setting = settingOf(error)
          return setting === null ? null : ['extra_config', namespace, setting]
        }, () => createAccessLog(settings, context, options))
      }
      const holders = [model, ...model.endpoints.flatMap(({ backends }) => backends)]
      for (const { extra, place } of holders) {
        const own = backendSettings(extra)
        if (own === undefined) continue
        const { createBackendLog } = await import('./backend-log/backend-log.ts')
        const at = [...place, 'extra_config', namespace, 'backend', 'custom_format']
        const log = await reportProblem(context, (error) => codeOf(error).startsWith('FG_ERR_TELEMETRY_') ? at : null, async () => createBackendLog(own, context, options))
        if (log !== undefined) backendLogs.set(own, log)
      }
    },
    service: () => accessLog,
    backend: (_, next, backend, context) => logOf(backend, context)?.around(next) ?? next,
    exchange: (_, next, backend, context) => logOf(backend, context)?.exchange(next) ?? next
  }
}

function backendSettings (extra: FeatureContext['model']['extra']): BackendLoggingSettings | undefined {
  return (extra[namespace] as LoggingSettings | undefined)?.backend
}

function codeOf (error: unknown): string {
  return String((error as { code?: unknown }).code)
}

/** What is wrong with a setting becomes a problem at its place; other errors are thrown. */
async function reportProblem <Made> (
  { problem }: FeatureContext,
  placeOf: (error: unknown) => Place | null,
  make: () => Promise<Made>
): Promise<Made | undefined> {
  try {
    return await make()
  } catch (error) {
    const place = placeOf(error)
    if (place === null) throw error
    problem(place, (error as Error).message)
    return undefined
  }
}
