import { CommanderError } from 'commander'
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
    await program.parseAsync([...argv], { from: 'user' })
    return status
  } catch (err) {
    if (!(err instanceof CommanderError)) throw err
    return err.exitCode === 0 ? exitCodes.ok : exitCodes.usage
  }
}
