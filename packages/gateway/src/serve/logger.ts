import type { FastifyBaseLogger } from 'fastify'
import { ConfigError, problemAt, type LoadedConfig } from '@floodgate/config-loader'
import { createLogger, secretNames, settingOf, type LoggingSettings } from '@floodgate/telemetry'

/**
 * Creates the logger of a service.
 *
 * @throws {FG_ERR_CONFIG_INVALID} settings that the logger refuses
 */
export async function createServiceLogger (loaded: LoadedConfig, debug: number): Promise<FastifyBaseLogger> {
  const { model } = loaded
  const settings = model.extra['telemetry/logging'] as LoggingSettings | undefined
  try {
    return await createLogger(settings, { debug, secrets: secretNames(model) }) as FastifyBaseLogger
  } catch (error) {
    const setting = settingOf(error)
    if (setting === null) throw error
    throw new ConfigError([problemAt(loaded, ['extra_config', 'telemetry/logging', setting], (error as Error).message)])
  }
}
