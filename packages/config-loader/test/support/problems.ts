import { ConfigError, loadConfig, type LoadOptions, type Problem } from '@floodgate/config-loader'

/** The problems of a configuration, of those that stop it and of those that do not. */
export async function problemsOf (config: object | string, options: LoadOptions = {}): Promise<readonly Problem[]> {
  try {
    return (await loadConfig(config, { env: {}, ...options })).problems
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}
