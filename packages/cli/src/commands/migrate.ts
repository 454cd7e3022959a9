import { ConfigError, formatProblems, formatPlace, type Problem } from '@floodgate/config-loader'
import { migrate as describeMigration, type MigrationReport } from '@floodgate/inspect/migrate'
import { exitCodes, migrateCodes } from '../exit-codes.ts'
import { printJson } from '../format/json.ts'
import { writeMarkdown, writeText } from '../format/migration.ts'
import { toJson } from '../format/problem-json.ts'
import { policy, type ConfigOptions } from '../load.ts'
import type { Terminal } from '../terminal.ts'

export interface MigrateOptions extends ConfigOptions {
  format: 'text' | 'json' | 'markdown'
  json?: boolean
}

/** Prints what becomes of a KrakenD configuration. Resolves to the exit status. */
export async function migrate (options: MigrateOptions, terminal: Terminal): Promise<number> {
  const format = options.json ? 'json' : options.format
  let report: MigrationReport
  try {
    report = await describeMigration(options.config, policy(options))
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    terminal.err(`${formatProblems(error.problems, { color: terminal.errColor, audience: 'command' })}\n`)
    return exitCodes.configuration
  }
  const commands = commandsFor(options, report)
  if (format === 'json') printJson({ ...forMachines(report), commands }, terminal)
  else terminal.out((format === 'markdown' ? writeMarkdown : writeText)(options.config, report, commands))
  return !report.starts
    ? exitCodes.configuration
    : report.asTheyAre < report.endpoints || report.service.length > 0
      ? migrateCodes.loses
      : exitCodes.ok
}

/** What to run next, ready to be copied. Variables of flexible configuration stay as they are set. */
function commandsFor (
  { config, allowUnsupported: allowed = [], skipUnsupported: skip = false }: MigrateOptions,
  { starts, stoppers, affected, service }: MigrationReport
): string[] {
  const variables = Object.entries(process.env).filter(
    ([name, value]) => /^(?:FC_\w+|FLOODGATE_(?:REFS|ENV_SUBSTITUTION))$/.test(name) && value
  ).map(([name, value]) => `${name}=${quote(value!)} `).sort().join('')
  const verb = (name: string, ways = ''): string => `${variables}floodgate ${name} -c ${quote(config)}${ways}`
  const hasErrors = [...affected.flatMap(({ losses }) => losses), ...service].some(
    ({ severity, unsupported }) => severity === 'error' && unsupported === undefined
  )
  const others = [...allowed, ...stoppers.filter(({ skippable }) => !skippable).map(({ name }) => name)].map(quote)
  const ways = `${stoppers.some(({ skippable }) => skippable) || skip ? ' --skip-unsupported' : ''}${others.length > 0 ? ` --allow-unsupported ${others.join(' ')}` : ''}`
  // After errors there is nothing to run, or to look at.
  return [verb('check'), ...!starts && hasErrors ? [] : ['routes', 'probe', 'audit', 'run'].map((name) => verb(name, ways))]
}

function quote (text: string): string {
  return /^[\w./:@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

function forMachines ({ stoppers, affected, service, differences, ignoredThere, ...report }: MigrationReport): object {
  const all = (problems: readonly Problem[]) => problems.map(toJson)
  return {
    ...report,
    stoppers: stoppers.map(({ problems, ...stopper }) => ({ ...stopper, problems: all(problems) })),
    affected: affected.map(({ losses, ...endpoint }) => ({ ...endpoint, losses: all(losses) })),
    service: all(service),
    differences: differences.map(({ places, ...difference }) => ({ ...difference, places: places.map(formatPlace) })),
    ignoredThere: all(ignoredThere)
  }
}
