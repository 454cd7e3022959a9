import { ConfigError, expandConfig, formatProblems } from '@floodgate/config-loader'
import { exitCodes } from '../exit-codes.ts'
import type { Terminal } from '../terminal.ts'

export interface RenderOptions {
  config: string
}

/** Prints the expanded configuration, including secrets. Resolves to the exit status. */
export async function render ({ config }: RenderOptions, { out, err, errColor }: Terminal): Promise<number> {
  try {
    const { text } = await expandConfig(config)
    out(text.endsWith('\n') ? text : `${text}\n`)
    return exitCodes.ok
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    err(`${formatProblems(error.problems, { color: errColor })}\n`)
    return exitCodes.configuration
  }
}
