import { describeRoutes, type BackendFacts, type RouteFacts } from '@floodgate/gateway/routes'
import { writeDuration, writeOrigin } from '@floodgate/gateway/explain'
import picocolors from 'picocolors'
import { exitCodes } from '../exit-codes.ts'
import { printJson } from '../format/json.ts'
import { layOut } from '../format/table.ts'
import { loadToLookAt, type ConfigOptions } from '../load.ts'
import type { Terminal } from '../terminal.ts'

export interface RoutesOptions extends ConfigOptions {
  json?: boolean
}

/** Prints what is served. Resolves to the exit status. */
export async function routes (options: RoutesOptions, terminal: Terminal): Promise<number> {
  const loaded = await loadToLookAt(options, terminal)
  if (loaded === null) return exitCodes.configuration
  const facts = describeRoutes(loaded)
  if (options.json) printJson(facts, terminal)
  else terminal.out(`${writeTable(facts, terminal.outColor)}\n`)
  return exitCodes.ok
}

function writeTable (facts: readonly RouteFacts[], color: boolean): string {
  const { dim, bold } = picocolors.createColors(color)
  const [head, ...lines] = layOut([['METHOD', 'PATH', 'BACKENDS', 'ENGINE', 'FEATURES', 'TIMEOUT', 'AT'], ...facts.flatMap(rows)])
  return [bold(head!), ...lines.map((line) => line.replace(/ \S+:\d+$/, (at) => dim(at)))].join('\n')
}

/** The route, and a line for each backend beyond the first. */
function rows ({ kind, method, path, backends: [first, ...others], engine, serves, features, ignored, timeout, origin }: RouteFacts): string[][] {
  const answers = engine === null ? `the gateway: ${kind}` : ''
  const used = [...features, ...ignored.map((name) => `${name} (ignored)`)].join(', ')
  return [
    [method, path, first === undefined ? answers : writeBackend(first), engine === null ? '' : `${engine}, ${serves}`, used, timeout === null ? '' : writeDuration(timeout), origin === null ? '' : writeOrigin(origin)],
    ...others.map((backend) => ['', '', writeBackend(backend), '', '', '', ''])
  ]
}

function writeBackend ({ method, hosts: [host = 'no host', ...more], urlPattern, encoding }: BackendFacts): string {
  return `${method} ${host}${more.length > 0 ? ` (and ${more.length} more)` : ''}${urlPattern} as ${encoding}`
}
