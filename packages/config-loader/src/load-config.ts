import type { FeatureSchema, Place, Service } from '@floodgate/core'
import { adviseTlsNumber } from '@floodgate/tls'
import { closestWord, conform, describeValue, formatPlace, isObject, type Schema, type ServiceKeys, serviceSchema, weakInteger } from '@floodgate/settings'
import { deepFreeze } from './model/deep-freeze.ts'
import { judgeDuplicates } from './read/duplicates.ts'
import { applyEnvironment, type Override } from './model/environment.ts'
import { ConfigError } from './errors.ts'
import { reportFlexible } from './read/flexible/hints.ts'
import { prepareNamespaces } from './namespaces/extra-config.ts'
import { tellTexts } from './locate/tell-texts.ts'
import { locateProblems, noFile, type Origins } from './locate/locate-problems.ts'
import { isNestedTooDeep, nestedTooDeep } from './read/nesting.ts'
import type { LostSettings } from './namespaces/namespaces.ts'
import { normalise } from './model/normalise.ts'
import type { Problem, ProblemDraft, Report } from './locate/problem.ts'
import { parseText, readConfig, textOf, type ReadOptions } from './read/read-config.ts'
import { routerFeature } from '@floodgate/router'
import type { ConfigText, Source } from './read/source.ts'
import { judgeStrays } from './namespaces/strays.ts'
import { sortProblems } from './locate/sort-problems.ts'
import { givenAt } from './locate/given-at.ts'
import { SyntaxProblem } from './read/syntax-problem.ts'
import { judgeVersionFour } from './model/version-four.ts'

export interface LoadOptions {
  /** Where `KRAKEND_*` and `FC_*` variables come from, and what templates see. Default: `process.env`. */
  readonly env?: NodeJS.ProcessEnv
  /** Features whose namespaces are implemented, with the schemas of their settings. `router` is always known. */
  readonly features?: readonly FeatureSchema[]
  /**
   * What may go without effect although it stops the start: namespaces, plugins, and keys such as `auth/validator.KEY`;
   * `*` stands for any text. A warning at each start instead of an error. `FLOODGATE_ALLOW_UNSUPPORTED` and
   * `extra_config.floodgate.allow_unsupported` add to it.
   */
  readonly allowUnsupported?: readonly string[]
  /**
   * What to do with endpoints that use something unsupported which stops the start: `skip` serves the others, and these
   * answer 501. Default: `stop`.
   */
  readonly unsupported?: 'stop' | 'skip'
  /** Folder that relative paths start from: the file's own and those in it. Default: the working directory. */
  readonly cwd?: string
  /** Serves `/__debug/*` whatever `debug_endpoint` says: the reference's `-d`. Default: false. */
  readonly debugEndpoint?: boolean
  /** What another process has read from the file, in place of reading it again: `text` of what it loaded. */
  readonly text?: ConfigText | null
}

export interface LoadedConfig {
  /** Frozen. */
  readonly model: Service
  /** Warnings, located. */
  readonly problems: readonly Problem[]
  /** What the environment set: `port (KRAKEND_PORT)`. */
  readonly overrides: readonly string[]
  /** Files that were read, in this order; empty for an object. */
  readonly sources: readonly Source[]
  /** The configuration as one text, for other processes that are to load the same. It holds whatever secrets the file holds. Absent for an object. */
  readonly text?: ConfigText
}

/** What a configuration is, and what is wrong with it. */
export interface JudgedConfig {
  /** Errors first. */
  readonly problems: readonly Problem[]
  /**
   * What could be made of it; null where not even a model could. After an error it is for judging only: what could not be
   * read has its default, and settings that cannot be used are left out.
   */
  readonly loaded: LoadedConfig | null
  /** Settings that were left out for an error in them. */
  readonly lost: readonly LostSettings[]
}

// eslint-disable-next-line no-restricted-syntax -- by model, filled at boot
const origins = new WeakMap<Service, Origins>()

/**
 * Loads a configuration: reads it, applies the environment, checks all of it and makes the model.
 *
 * @param input path of a file (`.json`, `.yaml`, `.yml`, `.toml`), or the configuration as an object
 * @throws {FG_ERR_CONFIG_INVALID} with every problem, when one of them is an error
 */
export async function loadConfig (input: string | object, options: LoadOptions = {}): Promise<LoadedConfig> {
  const { loaded, problems } = await judgeConfig(input, options)
  if (loaded === null || problems.some(({ severity }) => severity === 'error')) throw new ConfigError(problems)
  return loaded
}

/**
 * Judges a configuration as `loadConfig` does, and gives what could be made of it in spite of errors: to go on judging
 * what only a gateway that is built would find.
 *
 * @throws {FG_ERR_CONFIG_INVALID} it cannot be read or parsed
 */
export async function judgeConfig (input: string | object, options: LoadOptions = {}): Promise<JudgedConfig> {
  const { env = process.env, features = [], allowUnsupported = [], unsupported = 'stop', cwd = process.cwd(), debugEndpoint = false, text = null } = options
  const { value, source } = await readInput(input, { cwd, env }, text)
  const { value: root, overrides, unknown } = applyEnvironment(value, env)
  const drafts: ProblemDraft[] = []
  let report: Report = (draft) => { drafts.push(draft) }
  let model: Service | undefined
  let lost: readonly LostSettings[] = []
  let flexible: readonly Override[] = []
  const version = checkVersion(root, report)
  if (version !== null) {
    if (version === 4) report = judgeVersionFour(root, report)
    reportUnknownVariables(unknown, report)
    const known = features.some(({ namespace }) => namespace === routerFeature.namespace) ? features : [...features, routerFeature]
    const notice: Report = (draft) => { if (draft.code === 'needless-key') namespaces.withoutEffect.addKey(String(draft.place.at(-1)), draft.place); else report(draft) }
    const namespaces = prepareNamespaces(known, { allowUnsupported, unsupported, env, root }, report)
    judgeDuplicates(source, namespaces, report)
    const strays = judgeStrays(root, { namespaces, report })
    const keys = conform(serviceSchema as Schema, root, [], (draft) => { if (draft.code !== 'unknown-key' || !strays.has(formatPlace(draft.place))) notice({ ...draft, ...draft.code === 'unknown-key' && { strict: true }, ...draft.code === 'wrong-type' && adviseNumber(draft) }) }) as ServiceKeys
    tellTexts(root, keys, [], report)
    flexible = text === null && source !== null ? reportFlexible(env, root, report) : []
    if (debugEndpoint) keys.debug_endpoint = true
    model = normalise(keys, { namespaces, cwd, report: notice })
    namespaces.withoutEffect.tell(report)
    lost = namespaces.lost
  }
  const from: Origins = { source, overrides: [...overrides, ...unknown, ...flexible], given: value }
  const problems = sortProblems(locateProblems(drafts, from))
  if (model === undefined) return { problems, loaded: null, lost }
  origins.set(model, from)
  return {
    problems,
    lost,
    loaded: { model: deepFreeze(model), problems, overrides: overrides.map(describeOverride), sources: source === null ? [] : [source, ...source.includes ?? []], ...source !== null && { text: text ?? textOf(source) } }
  }
}

/**
 * Makes a problem that was found after the load, at a place of the configuration: what a feature refuses, or doubts, when
 * it is set up. Throw errors, alone or with others, as `new ConfigError(problems)`.
 */
export function problemAt ({ model }: Pick<LoadedConfig, 'model'>, place: Place, message: string, severity: 'error' | 'warning' = 'error'): Problem {
  const origins = originsOf(model)
  const [problem] = locateProblems([{ severity, code: severity === 'error' ? 'refused-by-feature' : 'doubted-by-feature', place, value: givenAt(origins.given, place), message }], origins)
  return problem!
}

/** Where the values of a model came from. */
export function originsOf (model: Service): Origins {
  return origins.get(model) ?? { source: null, overrides: [], given: {} }
}

async function readInput (input: string | object, options: ReadOptions, text: ConfigText | null): Promise<{ value: Record<string, unknown>, source: Source | null }> {
  const source = text !== null ? parseText(text) : typeof input === 'string' ? await expandConfig(input, options) : null
  const value = source === null ? copyObject(input as object) : source.value
  if (isObject(value)) return { value, source }
  throw failure(source?.file ?? noFile, 'not-an-object', `the configuration must be an object, not ${describeValue([], value)}`)
}

/**
 * Reads a configuration file and expands it as `loadConfig` does, without checking what it says. `text` of the result
 * is the expanded configuration: it holds whatever secrets its parts hold.
 *
 * @throws {FG_ERR_CONFIG_INVALID} when it cannot be read, expanded or parsed
 */
export async function expandConfig (file: string, options: ReadOptions = {}): Promise<Source> {
  try {
    return await readConfig(file, options)
  } catch (err) {
    if (!(err instanceof SyntaxProblem)) throw err
    throw failure(err.file ?? file, err.code, err.message, err)
  }
}

/** A copy without what JSON cannot say, so that neither side can change the other's. */
function copyObject (input: object): unknown {
  try {
    const copy: unknown = JSON.parse(JSON.stringify(input) ?? 'null')
    if (isNestedTooDeep(copy)) throw failure(noFile, 'too-deep', nestedTooDeep)
    return copy
  } catch (err) {
    if (err instanceof ConfigError) throw err
    if (err instanceof RangeError) throw failure(noFile, 'too-deep', nestedTooDeep)
    throw failure(noFile, 'not-json', `the configuration cannot be written as JSON: ${(err as Error).message.split('\n')[0]}`)
  }
}

function failure (file: string, code: string, message: string, { where = null, excerpt = null, instead = null }: Partial<SyntaxProblem> = {}): ConfigError {
  return new ConfigError([{ severity: 'error', code, file, line: where?.line ?? null, column: where?.column ?? null, place: [], value: null, message, instead, excerpt, related: [] }])
}

/** Another version has other keys: to judge them would only make noise. */
function checkVersion (root: Record<string, unknown>, report: Report): 3 | 4 | null {
  const entry = Object.entries(root).findLast(([key]) => key.toLowerCase() === 'version')
  const value = Object.hasOwn(root, 'version') ? root['version'] : entry?.[1]
  const version = value === undefined || value === null ? 0 : weakInteger(value)
  if (version === 3 || version === 4) return version
  report({
    severity: 'error',
    code: 'unsupported-version',
    place: ['version'],
    value,
    message: value === undefined ? '"version" is missing: version 3 of the format is wanted' : `unsupported version ${describeValue(['version'], value)}: version 3 of the format is wanted`,
    instead: version === 1 || version === 2 ? 'migrate it to version 3 (KrakenD has a migration tool)' : 'add "version": 3'
  })
  return null
}

/** A container's environment is full of names with this prefix: only those that look misspelt are told. */
function reportUnknownVariables (unknown: readonly Override[], report: Report): void {
  const keys = Object.keys(serviceSchema.properties)
  for (const { variable, path } of unknown) {
    const meant = nestedKey(path[0]) ?? closestWord(path[0], keys)
    if (meant === null) continue
    report({ severity: 'warning', code: 'unknown-variable', place: path, at: 'key', message: `the environment variable ${variable} names no key of the root: it has no effect`, instead: `did you mean KRAKEND_${meant.toUpperCase()}?` })
  }
}

/** `client_tls.min_version` for `client_tls_min_version`: below an object a dot is wanted. */
function nestedKey (name: string): string | null {
  const root = ['client_tls', 'tls'].find((key) => name.startsWith(`${key}_`))
  return root === undefined ? null : `${root}.${name.slice(root.length + 1)}`
}

/** Suites and curves are written by number. */
function adviseNumber ({ place, value, instead = null }: ProblemDraft): { instead: string | null } {
  return { instead: adviseTlsNumber(place.findLast((step) => typeof step === 'string'), value) ?? instead }
}

function describeOverride ({ variable, path }: Override): string {
  return `${path.join('.')} (${variable})`
}
