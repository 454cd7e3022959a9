import { resolve } from 'node:path'
import { asError, type Endpoint, type FeatureContext, type Place, type Service } from '@floodgate/core'
import { readModule, runModule } from './module/load-module.ts'
import { expected, findWrongName, readShape, type Phases, type ScriptLevel } from './module/shape.ts'
import type { StaticShape, SyntaxPlace } from './module/static-shape.ts'
import { namespace, type ScriptSettings } from './settings.ts'

/** The functions of a module at one place of the configuration. */
export interface Script {
  /** As configured. */
  readonly module: string
  /** Absolute. */
  readonly file: string
  readonly phases: Phases
}

interface Configured {
  readonly settings: ScriptSettings
  readonly level: ScriptLevel
  readonly place: Place
}

/**
 * Reads the modules of a configuration and runs them, each once; where a gateway is only built to be checked, they are
 * parsed and not run. What cannot be used is a problem of the configuration.
 *
 * @returns the scripts by their settings
 */
export async function readScripts (context: FeatureContext): Promise<ReadonlyMap<ScriptSettings, Script>> {
  const scripts = new Map<ScriptSettings, Script>()
  for (const configured of findScripts(context.model)) {
    const { settings, place } = configured
    const file = resolve(context.folder, settings.module)
    context.reads(file)
    const problem = (message: string): void => { context.problem([...place, 'extra_config', namespace, 'module'], `the module cannot be used: ${message}`) }
    try {
      const source = readModule(file)
      const phases = context.dryRun ? await check(source, file, configured, problem) : await run(source, file, configured, problem)
      if (phases !== null) scripts.set(settings, { module: settings.module, file, phases })
    } catch (error) {
      problem(asError(error).message)
    }
  }
  return scripts
}

type Tell = (message: string) => void

/** @returns null: what it exports would only be known if it ran */
async function check (source: string, file: string, { level }: Configured, problem: Tell): Promise<null> {
  // What Node does with other languages, only running it tells.
  if (!/\.[cm]?js$/.test(file)) return null
  const shape = await parse(source)
  if ('message' in shape) problem(`${shape.line}:${shape.column}: ${shape.message}`)
  else if (shape.kind === 'none' && !file.endsWith('.cjs') && /\bexport\b/.test(source)) problem(`it has no default export: export ${expected(level)}`)
  else if (shape.kind === 'object') {
    const wrong = findWrongName(shape.names, level)
    if (wrong !== null) problem(wrong)
  }
  return null
}

async function run (source: string, file: string, { level }: Configured, problem: Tell): Promise<Phases | null> {
  let exported
  try {
    exported = await runModule(file, source)
  } catch (error) {
    // Node names no column.
    const place = asError(error).cause instanceof SyntaxError ? await parse(source) : null
    problem(place !== null && 'message' in place ? `${place.line}:${place.column}: ${place.message}` : asError(error).message)
    return null
  }
  const shape = readShape(exported, level)
  if (typeof shape !== 'string') return shape
  problem(shape)
  return null
}

/** The parser is loaded when it is needed. */
async function parse (source: string): Promise<StaticShape | SyntaxPlace> {
  return (await import('./module/static-shape.ts')).readStaticShape(source)
}

function findScripts ({ extra, place, endpoints }: Service): Configured[] {
  const at = (level: ScriptLevel, { extra, place }: Pick<Endpoint, 'extra' | 'place'>): Configured[] => {
    const settings = extra[namespace] as ScriptSettings | undefined
    return settings === undefined ? [] : [{ settings, level, place }]
  }
  return [
    ...at('service', { extra, place }),
    ...endpoints.flatMap((endpoint) => [...at('endpoint', endpoint), ...endpoint.backends.flatMap((backend) => at('backend', backend))])
  ]
}
