import { explain as explainBackends, findEndpoints, nameEndpoint } from '@floodgate/gateway/explain'
import { exitCodes } from '../exit-codes.ts'
import { drawExplanation } from '../format/explanation.ts'
import { printJson } from '../format/json.ts'
import { loadToLookAt, type ConfigOptions } from '../load.ts'
import type { Terminal } from '../terminal.ts'

export interface ExplainOptions extends ConfigOptions {
  endpoint?: string
  json?: boolean
}

/** How many endpoints are listed when none fits. */
const listed = 10

/** Prints how backends are reached, and why so. Resolves to the exit status. */
export async function explain (options: ExplainOptions, terminal: Terminal): Promise<number> {
  const loaded = await loadToLookAt(options, terminal)
  if (loaded === null) return exitCodes.configuration
  const { model } = loaded
  const endpoints = options.endpoint === undefined ? model.endpoints : findEndpoints(model, options.endpoint)
  if (endpoints.length === 0 && options.endpoint !== undefined) {
    const names = model.endpoints.slice(0, listed).map(nameEndpoint).join(', ')
    terminal.err(`floodgate: there is no endpoint ${JSON.stringify(options.endpoint)}: it has ${names}${model.endpoints.length > listed ? ` and ${model.endpoints.length - listed} more` : ''}\n`)
    return exitCodes.usage
  }
  const explained = explainBackends(loaded, { endpoints })
  if (options.json) printJson(explained, terminal)
  else terminal.out(explained.map((endpoint) => `${drawExplanation(endpoint, { color: terminal.outColor, cwd: process.cwd() })}\n`).join('\n'))
  return exitCodes.ok
}
