import { configurationSchema } from '@floodgate/inspect/check'
import { exitCodes } from '../exit-codes.ts'
import { printJson } from '../format/json.ts'
import type { Terminal } from '../terminal.ts'

/** Prints the JSON schema of configurations. Resolves to the exit status. */
export async function schema (terminal: Terminal): Promise<number> {
  printJson(configurationSchema(), terminal)
  return exitCodes.ok
}
