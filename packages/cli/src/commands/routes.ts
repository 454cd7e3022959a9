import { describeRoutes, type BackendFacts, type RouteFacts } from '@floodgate/inspect/routes'
import { writeMilliseconds } from '@floodgate/go/duration'
import { writeOrigin } from '@floodgate/inspect/explain'
import picocolors from 'picocolors'
import { exitCodes } from '../exit-codes.ts'
import { printJson } from '../format/json.ts'
import { layOut } from '../format/table.ts'
import { loadToLookAt, type ConfigOptions } from '../load.ts'
import type { Terminal } from '../terminal.ts'

const widestColumn = 50

export interface RoutesOptions extends ConfigOptions {
  json?: boolean
}

/** Prints the routes. Resolves to the exit status. */
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

/** Returns the rows of a route: a line for each further backend, and as many as its features need. */
function rows (route: RouteFacts): string[][] {
  const { kind, method, path, host, files, backends, engine, serves, features, ignored, unsupported, timeout, origin } = route
  const answers = unsupported.length > 0
    ? [`the gateway: 501, ${unsupported.join(', ')} is not supported`]
    : engine === null
      ? [files === null ? `the gateway: ${kind}` : `files of ${files}`]
      : backends.map(writeBackend)
  const used = fold([...features, ...ignored.map((name) => `${name} (ignored)`)])
  return Array.from({ length: Math.max(answers.length, used.length) }, (_, i) => i === 0
    ? [
        method,
        host === null ? path : `${path} (at ${host})`,
        answers[0] ?? '',
        engine === null ? '' : `${engine}, ${serves}`,
        used[0] ?? '',
        timeout === null ? '' : writeMilliseconds(timeout),
        origin === null ? '' : writeOrigin(origin)
      ]
    : ['', '', answers[i] ?? '', '', used[i] ?? '', '', ''])
}

/** Joins words with commas, with line breaks for the column width. */
function fold (words: readonly string[]): string[] {
  const lines: string[] = []
  words.forEach((word, i) => {
    const text = i === words.length - 1 ? word : `${word},`
    const last = lines.at(-1)
    if (last === undefined || last.length + text.length >= widestColumn) lines.push(text)
    else lines[lines.length - 1] = `${last} ${text}`
  })
  return lines
}

function writeBackend ({ method, hosts: [host = 'no host', ...more], urlPattern, encoding, files }: BackendFacts): string {
  if (files !== null) return `files of ${files}: ${urlPattern} as ${encoding}`
  return `${method} ${host}${more.length > 0 ? ` (and ${more.length} more)` : ''}${urlPattern} as ${encoding}`
}
