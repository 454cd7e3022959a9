import { ConfigError, formatProblems, type LoadedConfig } from '@floodgate/config-loader'
import { loadConfiguration, type LoadConfigurationOptions } from '@floodgate/gateway/load'
import type { Terminal } from './terminal.ts'

export interface ConfigOptions {
  config: string
  debug: number
  allowUnsupported?: string[]
  skipUnsupported?: boolean
}

/** How a start goes on without what is not supported, as the options of a verb say. */
export function waysOn ({ allowUnsupported = [], skipUnsupported = false }: ConfigOptions): Pick<LoadConfigurationOptions, 'allowUnsupported' | 'unsupported'> {
  return { allowUnsupported, unsupported: skipUnsupported ? 'skip' : 'stop' }
}

/** Loads a configuration for a verb that only looks at it; null when it is not valid, which is told. */
export async function loadToLookAt (options: ConfigOptions, { err, errColor }: Terminal): Promise<LoadedConfig | null> {
  try {
    return await loadConfiguration(options.config, waysOn(options))
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    err(`${formatProblems(error.problems, { color: errColor, audience: 'command' })}\n`)
    return null
  }
}
