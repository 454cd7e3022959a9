import { formatProblems, type Problem } from '@floodgate/config-loader'
import { readRegularFile } from '@floodgate/tls'
import { checkConfiguration, describeGuards, type JsonSchema } from '@floodgate/inspect/check'
import { exitCodes } from '../exit-codes.ts'
import { annotate } from '../format/github.ts'
import { writeGuards } from '../format/guards.ts'
import { listModel } from '../format/listing.ts'
import { printJson } from '../format/json.ts'
import { adviceOf, toJson } from '../format/problem-json.ts'
import { loadToLookAt, policy, type ConfigOptions } from '../load.ts'
import type { Terminal } from '../terminal.ts'

export interface CheckOptions extends ConfigOptions {
  lint?: boolean
  lintNoNetwork?: boolean
  lintSchema?: string
  format: 'text' | 'json' | 'github'
  json?: boolean
  guards?: boolean
  indent: string
}

/** Checks a configuration and prints every problem. Resolves to the exit status. */
export async function check (options: CheckOptions, terminal: Terminal): Promise<number> {
  if (options.guards === true) return showGuards(options, terminal)
  const { config, lint = false, lintNoNetwork = false, lintSchema } = options
  let strict: boolean | JsonSchema = lint || lintNoNetwork
  if (lintSchema !== undefined) {
    try {
      strict = JSON.parse(readRegularFile(lintSchema).toString()) as JsonSchema
    } catch (err) {
      terminal.err(`floodgate: the schema ${lintSchema} cannot be read: ${(err as Error).message}\n`)
      return exitCodes.usage
    }
  }
  const notes: string[] = []
  let listing = ''
  const problems = await checkConfiguration(
    config,
    {
      ...policy(options),
      strict,
      onNote (note) { notes.push(note) },
      onLoaded ({ model }) { if (options.debug > 0) listing = listModel(model, options.debug, options.indent) }
    }
  )
  const failed = problems.some(({ severity }) => severity === 'error')
  const format = options.json ? 'json' : options.format
  if (format === 'text') for (const note of notes) terminal.out(`Note: ${note}\n`)
  if (format === 'text') terminal.out(listing)
  print(problems, failed, format, terminal)
  return failed ? exitCodes.configuration : exitCodes.ok
}

/** Prints the protection of each endpoint. Resolves to the exit status. */
async function showGuards (options: CheckOptions, terminal: Terminal): Promise<number> {
  const loaded = await loadToLookAt(options, terminal)
  if (loaded === null) return exitCodes.configuration
  const facts = describeGuards(loaded)
  if (options.json || options.format === 'json') printJson(facts, terminal)
  else terminal.out(`${writeGuards(facts, terminal.outColor)}\n`)
  return exitCodes.ok
}

function print (problems: readonly Problem[], failed: boolean, format: CheckOptions['format'], terminal: Terminal): void {
  if (format === 'json') {
    printJson(problems.map(toJson), terminal)
    return
  }
  if (format === 'github') {
    for (const problem of problems) {
      const { severity, file, line, column, code, message } = problem
      const advice = adviceOf(problem)
      terminal.out(
        annotate({ level: severity, file, line, column, title: code, message: advice === null ? message : `${message}\n${advice}` })
      )
    }
  } else if (problems.length > 0) {
    terminal.err(`${formatProblems(problems, { color: terminal.errColor, audience: 'command' })}\n${count(problems)}\n`)
  }
  if (!failed) terminal.out('Syntax OK!\n')
}

function count (problems: readonly Problem[]): string {
  const of = (severity: Problem['severity']) => {
    const n = problems.filter((problem) => problem.severity === severity).length
    return n === 0 ? [] : [`${n} ${severity}${n === 1 ? '' : 's'}`]
  }
  return [...of('error'), ...of('warning')].join(', ')
}
