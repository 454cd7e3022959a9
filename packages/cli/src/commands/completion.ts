import type { Command } from 'commander'
import { describeVerbs } from '../completion/verbs.ts'
import { scripts, type Shell } from '../completion/scripts.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Terminal } from '../terminal.ts'

/** Prints the completion script of a shell. Returns the exit status. */
export function completion (shell: Shell, program: Command, { out }: Terminal): number {
  out(scripts[shell](describeVerbs(program)))
  return exitCodes.ok
}
