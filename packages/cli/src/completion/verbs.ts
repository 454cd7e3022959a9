import type { Command } from 'commander'

/** A verb for completion. */
export interface VerbFacts {
  readonly name: string
  readonly description: string
  readonly options: readonly {
    readonly long: string
    readonly short: string | null
    readonly description: string
    readonly choices: readonly string[]
    readonly takesFile: boolean
  }[]
}

/** Describes the verbs of a program, with their options and arguments. */
export function describeVerbs (program: Command): VerbFacts[] {
  return program.commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    options: command.createHelp().visibleOptions(command).map(({ long, short, description, argChoices = [], flags }) => ({
      long: long!,
      short: short ?? null,
      description,
      choices: argChoices,
      takesFile: flags.includes('<file>')
    }))
  }))
}
