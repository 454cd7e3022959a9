import { explain as explainBackends } from '@floodgate/inspect/explain'
import { chooseEndpoints } from '../choose-endpoints.ts'
import { exitCodes } from '../exit-codes.ts'
import { drawExplanation } from '../format/explanation.ts'
import { printJson } from '../format/json.ts'
import { loadToLookAt, type ConfigOptions } from '../load.ts'
import type { Terminal } from '../terminal.ts'

export interface ExplainOptions extends ConfigOptions {
  endpoint?: string
  json?: boolean
}

/** Prints how backends are reached, and why. Resolves to the exit status. */
export async function explain (options: ExplainOptions, terminal: Terminal): Promise<number> {
  const loaded = await loadToLookAt(options, terminal)
  if (loaded === null) return exitCodes.configuration
  const endpoints = chooseEndpoints(loaded, options.endpoint, terminal)
  if (endpoints === null) return exitCodes.usage
  const explained = explainBackends(loaded, { endpoints })
  if (options.json) printJson(explained, terminal)
  else {
    terminal.out(
      explained.map((endpoint) => `${drawExplanation(endpoint, { color: terminal.outColor, cwd: process.cwd() })}\n`).join('\n')
    )
  }
  return exitCodes.ok
}
