import { ConfigError, expandConfig, problemAt, type LoadedConfig, type Problem } from '@floodgate/config-loader'
import { joinProblems, lintSource, type JsonSchema } from '@floodgate/config-loader/schema'
import type { Feature } from '@floodgate/core'
import { describeGuardsOf, type EndpointGuards } from './guards.ts'
import { noteHeldBodies } from './held-bodies.ts'
import { allFeatures, loadConfiguration, type LoadConfigurationOptions } from '../load.ts'

export interface CheckOptions extends LoadConfigurationOptions {
  /** Judges by the published JSON Schema too, letter by letter: `true`, or another schema to judge by. Files only. */
  readonly strict?: boolean | JsonSchema
  /** Hears of what is no doubt, and yet differs from the reference: a sentence each. */
  readonly onNote?: (note: string) => void
  /** Builds the whole gateway without listening: what features and the listener refuse is told as well. */
  readonly build?: boolean
}

/**
 * Tells everything that is wrong or doubtful in a configuration, errors first; what `run` and the plugin tell, and with
 * `strict` more. A gateway starts from what has no error here without `strict`.
 *
 * @param config path of a file, or the configuration as an object
 */
export async function checkConfiguration (config: string | object, { strict = false, build = false, onNote, ...options }: CheckOptions = {}): Promise<Problem[]> {
  const problems = await findProblems(config, build, options, onNote)
  if (strict === false) return problems
  const judged = problems.map((problem) => problem.strict === true ? { ...problem, severity: 'error' as const } : problem)
  if (typeof config !== 'string') return sortProblems(judged)
  const linted = await lint(config, typeof strict === 'object' ? strict : undefined, options)
  return sortProblems(joinProblems(judged, linted))
}

async function findProblems (config: string | object, build: boolean, options: LoadConfigurationOptions, onNote?: (note: string) => void): Promise<Problem[]> {
  try {
    const loaded = await loadConfiguration(config, options)
    const held = onNote === undefined ? null : noteHeldBodies(loaded.model)
    if (held !== null) onNote!(held)
    return sortProblems([...loaded.problems, ...build ? await buildProblems(loaded, options) : []])
  } catch (err) {
    if (err instanceof ConfigError) return [...err.problems]
    throw err
  }
}

async function buildProblems (loaded: LoadedConfig, { features = [] }: LoadConfigurationOptions): Promise<readonly Problem[]> {
  const { createServer } = await import('../server.ts')
  try {
    const app = await createServer(loaded, { silent: true, features })
    try {
      await app.ready()
      return app.floodgate.get().warnings
    } finally {
      await app.close()
    }
  } catch (err) {
    if (err instanceof ConfigError) return err.problems
    const { code, message } = err as Error & { code?: string }
    return [problemAt(loaded, code === 'FG_ERR_CONFIG_SERVER_TLS' ? ['tls'] : [], message)]
  }
}

async function lint (file: string, schema: JsonSchema | undefined, { features, cwd, env }: LoadConfigurationOptions): Promise<Problem[]> {
  try {
    return lintSource(await expandConfig(file, { ...(cwd !== undefined && { cwd }), ...(env && { env }) }), allFeatures(features), schema)
  } catch {
    return [] // A file that cannot be read or parsed is told already.
  }
}

function sortProblems (problems: readonly Problem[]): Problem[] {
  const rank = ({ severity }: Problem) => severity === 'error' ? 0 : 1
  return problems.toSorted((a, b) => rank(a) - rank(b) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))
}

/** Tells what is in front of each endpoint: authentication, limits, validation, addresses; nothing = `open`. */
export function describeGuards (loaded: LoadedConfig, features: readonly Feature[] = []): EndpointGuards[] {
  return describeGuardsOf(loaded, new Set(allFeatures(features).map(({ namespace }) => namespace)))
}

export type { EndpointGuards, Guard, GuardKind } from './guards.ts'
export { configurationSchema } from './json-schema.ts'
export type { JsonSchema, Problem }
