import { ConfigError, formatProblems, type LoadedConfig } from '@floodgate/config-loader'
import { loadConfiguration } from '@floodgate/gateway/load'
import type { Terminal } from './terminal.ts'

export interface ConfigOptions {
  config: string
  debug: number
  allowUnsupported?: string[]
}

/** Loads a configuration for a verb that only looks at it; null when it is not valid, which is told. */
export async function loadToLookAt ({ config, allowUnsupported = [] }: ConfigOptions, { err, errColor }: Terminal): Promise<LoadedConfig | null> {
  try {
    return await loadConfiguration(config, { allowUnsupported })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    err(`${formatProblems(error.problems, { color: errColor })}\n`)
    return null
  }
}
