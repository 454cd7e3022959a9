import type { FastifyBaseLogger } from 'fastify'
import { ConfigError, problemAt, type LoadedConfig } from '@floodgate/config-loader'
import { createLogger, secretNames, settingPlace, type GelfSettings, type LoggingSettings } from '@floodgate/telemetry'
import { ownSettings } from '../own-settings.ts'

/**
 * Creates the logger of a service.
 *
 * @throws {FG_ERR_CONFIG_INVALID} settings that the logger refuses
 */
export async function createServiceLogger (loaded: LoadedConfig, debug: number): Promise<FastifyBaseLogger> {
  const { model } = loaded
  const configured = model.extra['telemetry/logging'] as LoggingSettings | undefined
  const gelf = model.extra['telemetry/gelf'] as GelfSettings | undefined
  const { enabled: logstash = false } = (model.extra['telemetry/logstash'] ?? {}) as { enabled?: boolean }
  const settings: LoggingSettings | undefined = logstash ? { stdout: true, ...configured, format: 'logstash' } : configured
  try {
    return await createLogger(
      settings,
      { debug, secrets: secretNames(model), gelf, syslogAddress: ownSettings(model).syslog_address }
    ) as FastifyBaseLogger
  } catch (error) {
    const place = settingPlace(error)
    if (place === null) throw error
    throw new ConfigError([problemAt(loaded, ['extra_config', ...place], (error as Error).message)])
  }
}
