import { ConfigError, expandConfig, formatProblems } from '@floodgate/config-loader'
import { colorsFor } from '../colors.ts'
import { exitCodes } from '../exit-codes.ts'

export interface RenderOptions {
  config: string
}

/** Prints the expanded configuration, secrets included. Resolves to the exit status. */
export async function render ({ config }: RenderOptions): Promise<number> {
  try {
    const { text } = await expandConfig(config)
    process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
    return exitCodes.ok
  } catch (err) {
    if (!(err instanceof ConfigError)) throw err
    process.stderr.write(`${formatProblems(err.problems, { color: colorsFor(process.stderr) })}\n`)
    return exitCodes.configuration
  }
}
