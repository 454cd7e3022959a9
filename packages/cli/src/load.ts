import { ConfigError, formatProblems, type LoadedConfig } from '@floodgate/config-loader'
import { loadConfiguration, type LoadConfigurationOptions } from '@floodgate/gateway/load'
import type { Terminal } from './terminal.ts'

export interface ConfigOptions {
  config: string
  debug: number
  allowUnsupported?: string[]
  skipUnsupported?: boolean
}

/** How unsupported settings are handled, by the options of a verb. */
export function policy ({
  allowUnsupported = [],
  skipUnsupported = false
}: ConfigOptions): Pick<LoadConfigurationOptions, 'allowUnsupported' | 'unsupported'> {
  return { allowUnsupported, unsupported: skipUnsupported ? 'skip' : 'stop' }
}

/** Loads a configuration for a verb that only reads it; null if it is invalid, which is reported. */
export async function loadToLookAt (options: ConfigOptions, { err, errColor }: Terminal): Promise<LoadedConfig | null> {
  try {
    return await loadConfiguration(options.config, policy(options))
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    err(`${formatProblems(error.problems, { color: errColor, audience: 'command' })}\n`)
    return null
  }
}
