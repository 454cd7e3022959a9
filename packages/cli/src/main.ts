import { CommanderError, type Command } from 'commander'
import { exitCodes } from './exit-codes.ts'
import { createProgram } from './program.ts'
import type { Terminal } from './terminal.ts'

/** Runs a command line, without the names of node and the program. Resolves to the exit status. */
export async function main (argv: readonly string[], terminal: Terminal): Promise<number> {
  let status: number = exitCodes.ok
  const program = createProgram(terminal, (code) => { status = code })
  if (argv.length === 0) {
    program.outputHelp()
    return status
  }
  try {
    await program.parseAsync(withoutEmpty(argv, program), { from: 'user' })
    return status
  } catch (err) {
    if (!(err instanceof CommanderError)) throw err
    return err.exitCode === 0 ? exitCodes.ok : exitCodes.usage
  }
}

/**
 * Compose files and scripts pass empty arguments if a variable is not set. The reference ignores them; values of
 * options are kept.
 */
function withoutEmpty (argv: readonly string[], program: Command): string[] {
  const options = program.commands.flatMap(({ options }) => options)
  const takesValue = (word = ''): boolean =>
    options.some(({ required, long, short }) => required && (word === long || (/^-\w+$/.test(word) && word.at(-1) === short?.[1])))
  return argv.filter((word, i) => word !== '' || takesValue(argv[i - 1]))
}
