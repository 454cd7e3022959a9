import { ConfigError, expandConfig, sortProblems, type LoadedConfig, type Problem } from '@floodgate/config-loader'
import { joinProblems, lintSource, type JsonSchema } from '@floodgate/config-loader/schema'
import type { Feature } from '@floodgate/core'
import { describeGuardsOf, type EndpointGuards } from './guards.ts'
import { noteHeldBodies } from './held-bodies.ts'
import { allFeatures, loadConfiguration, namespacesOf, type LoadConfigurationOptions } from '@floodgate/gateway/load'

export interface CheckOptions extends LoadConfigurationOptions {
  /** Also validates against the published JSON Schema: `true`, or another schema. Files only. */
  readonly strict?: boolean | JsonSchema
  /** Called with each note: a sentence about a difference from the reference that is not a warning. */
  readonly onNote?: (note: string) => void
  /** Called with the loaded configuration if it has no errors. */
  readonly onLoaded?: (loaded: LoadedConfig) => void
}

/**
 * Reports all errors and warnings of a configuration, errors first: those of `run` and the plugin, and more with
 * `strict`. The whole gateway is built for that, without listening or connecting. A configuration without errors here
 * (without `strict`) starts, unless the machine prevents it, for example because a port is in use.
 *
 * @param config path of a file, or the configuration as an object
 */
export async function checkConfiguration (
  config: string | object,
  { strict = false, onNote, onLoaded, ...options }: CheckOptions = {}
): Promise<Problem[]> {
  const problems = await findProblems(config, options, onNote, onLoaded)
  if (strict === false) return problems
  const checked = problems.map((problem) => problem.strict === true ? { ...problem, severity: 'error' as const } : problem)
  if (typeof config !== 'string') return sortProblems(checked)
  const linted = await lint(config, typeof strict === 'object' ? strict : undefined, options)
  return sortProblems(joinProblems(checked, linted))
}

async function findProblems (
  config: string | object,
  options: LoadConfigurationOptions,
  onNote?: CheckOptions['onNote'],
  onLoaded?: CheckOptions['onLoaded']
): Promise<Problem[]> {
  try {
    const loaded = await loadConfiguration(config, options)
    onLoaded?.(loaded)
    const held = onNote === undefined ? null : noteHeldBodies(loaded.model, allFeatures(options.features))
    if (held !== null) onNote!(held)
    const { checkBuild } = await import('@floodgate/gateway/check-build')
    return sortProblems(
      [
        ...loaded.problems,
        ...await checkBuild(loaded, { features: allFeatures(options.features), foreign: namespacesOf(options.features) })
      ]
    )
  } catch (err) {
    if (err instanceof ConfigError) return [...err.problems]
    throw err
  }
}

async function lint (file: string, schema: JsonSchema | undefined, { features, cwd, env }: LoadConfigurationOptions): Promise<Problem[]> {
  try {
    return lintSource(await expandConfig(file, { ...(cwd !== undefined && { cwd }), ...(env && { env }) }), allFeatures(features), schema)
  } catch {
    return [] // A file that cannot be read or parsed has been reported.
  }
}

/** Returns the protection of each endpoint: authentication, limits, validation, addresses; none = `open`. */
export function describeGuards (loaded: LoadedConfig, features: readonly Feature[] = []): EndpointGuards[] {
  return describeGuardsOf(loaded, new Set(allFeatures(features).map(({ namespace }) => namespace)))
}

export type { EndpointGuards, Guard, GuardKind } from './guards.ts'
export { configurationOptions, configurationSchema } from './json-schema.ts'
export type { JsonSchema, Problem }
