import { ConfigError, formatProblems, type Problem } from '@floodgate/config-loader'
import { createServer, loadConfiguration } from '@floodgate/gateway'
import { exitCodes } from '../exit-codes.ts'
import { colorsFor } from '../colors.ts'

export interface CheckOptions {
  config: string
  debug: number
  testGinRoutes?: boolean
  lint?: boolean
  json?: boolean
  allowUnsupported: string[]
}

/** Checks a configuration and prints every problem. Resolves to the exit status. */
export async function check (options: CheckOptions): Promise<number> {
  const problems = await findProblems(options)
  const failed = problems.some(({ severity }) => severity === 'error' || options.lint)
  if (options.json) {
    process.stdout.write(`${JSON.stringify(problems, null, 2)}\n`)
  } else {
    if (problems.length > 0) process.stderr.write(`${formatProblems(problems, { color: colorsFor(process.stderr) })}\n`)
    if (!failed) process.stdout.write('Syntax OK!\n')
  }
  return failed ? exitCodes.configuration : exitCodes.ok
}

async function findProblems (options: CheckOptions): Promise<readonly Problem[]> {
  try {
    const loaded = await loadConfiguration(options.config, { allowUnsupported: options.allowUnsupported })
    if (options.testGinRoutes) {
      const app = await createServer(loaded, { silent: true })
      await app.ready()
      await app.close()
    }
    return loaded.problems
  } catch (err) {
    if (err instanceof ConfigError) return err.problems
    throw err
  }
}
