import { createHash } from 'node:crypto'
import { dirname, resolve } from 'node:path'
import { asError, type FeatureSchema, type Pause, type Place, type Service } from '@floodgate/core'
import { adviseTlsNumber } from '@floodgate/tls'
import {
  closestWord, conform, describeValue, formatPlace, isObject, type Schema, type ServiceKeys, serviceSchema,
  weakInteger
} from '@floodgate/settings'
import { deepFreeze } from './model/deep-freeze.ts'
import { checkDuplicates } from './read/duplicates.ts'
import { applyEnvironment, type Override } from './model/environment.ts'
import { ConfigError } from './errors.ts'
import { reportFlexible } from './read/flexible/hints.ts'
import { prepareNamespaces } from './namespaces/extra-config.ts'
import { reportConvertedTexts } from './locate/report-converted-texts.ts'
import { locateProblems, noFile, type Origins } from './locate/locate-problems.ts'
import { translatePlugins } from './plugins/translate-plugins.ts'
import { originalPlace, type Move } from './plugins/moves.ts'
import { isNestedTooDeep, nestedTooDeep } from './read/nesting.ts'
import type { LostSettings } from './namespaces/namespaces.ts'
import { normalise } from './model/normalise.ts'
import type { Problem, ProblemDraft, Report } from './locate/problem.ts'
import { parseText, readConfig, textOf, type ReadOptions } from './read/read-config.ts'
import { withRouter } from './schema/with-router.ts'
import type { ConfigText, Source } from './read/source.ts'
import { findMisplaced } from './namespaces/find-misplaced.ts'
import { sortProblems } from './locate/sort-problems.ts'
import { valueAt } from './locate/value-at.ts'
import { isStandardInput } from './read/read-pipe.ts'
import { SyntaxProblem } from './read/syntax-problem.ts'
import { checkVersionFour } from './model/version-four.ts'

export interface LoadOptions {
  /** Environment with `KRAKEND_*` and `FC_*` variables, also used by templates. Default: `process.env`. */
  readonly env?: NodeJS.ProcessEnv
  /** Features whose namespaces are implemented, with the schemas of their settings. `router` is always known. */
  readonly features?: readonly FeatureSchema[]
  /**
   * Unsupported settings that only cause a warning at each start instead of an error: namespaces, plugins, and keys
   * such as `auth/validator.KEY`; `*` matches any text. `FLOODGATE_ALLOW_UNSUPPORTED` and
   * `extra_config.floodgate.allow_unsupported` add to it.
   */
  readonly allowUnsupported?: readonly string[]
  /**
   * How endpoints with unsupported settings that prevent the start are handled: with `skip` they answer 501 and the
   * others are served. Default: `stop`.
   */
  readonly unsupported?: 'stop' | 'skip'
  /** Folder to which relative paths refer: the file's own path and those in it. Default: the working directory. */
  readonly cwd?: string
  /** Serves `/__debug/*` regardless of `debug_endpoint`: the reference's `-d`. Default: false. */
  readonly debugEndpoint?: boolean
  /** Content of the file read by another process, instead of reading it again: the `text` of its result. */
  readonly text?: ConfigText | null
  /** Filled with the files and folders that were read or looked for, absolute, also if the configuration is invalid. */
  readonly files?: Set<string>
  /** Lets other work of the process run while a large configuration is checked. Default: it is checked in one step. */
  readonly pause?: Pause
}

export interface LoadedConfig {
  /** Frozen. */
  readonly model: Service
  /** Warnings, located. */
  readonly problems: readonly Problem[]
  /** Keys set by the environment: `port (KRAKEND_PORT)`. */
  readonly overrides: readonly string[]
  /** Folder of the configuration file, absolute; the working directory for an object, and for the standard input. */
  readonly folder: string
  /** Files that were read, in this order; empty for an object. */
  readonly sources: readonly Source[]
  /** Files and folders that were read or looked for, absolute. Features read others (`app.floodgate.get().files`). */
  readonly files: readonly string[]
  /**
   * SHA-256 of the configuration as one text, hexadecimal: that of the file (`sha256sum`), of the text that templates and
   * included files make, or of an object as JSON.
   */
  readonly revision: string
  /**
   * The configuration as one text, for other processes that load the same configuration. It contains the secrets of the
   * file. Missing for an object.
   */
  readonly text?: ConfigText
}

/** The model of a configuration, and its problems. */
export interface CheckedConfig {
  /** Errors first. */
  readonly problems: readonly Problem[]
  /**
   * The model; null if it could not be created. After an error it is only used for further checks: invalid keys have
   * their default, and invalid settings are removed.
   */
  readonly loaded: LoadedConfig | null
  /** Settings that were removed because of an error. */
  readonly lost: readonly LostSettings[]
}

// eslint-disable-next-line no-restricted-syntax -- by model, filled at boot
const origins = new WeakMap<Service, Origins>()

/**
 * Loads a configuration: reads it, applies the environment, checks it completely and creates the model.
 *
 * @param input path of a file (`.json`, `.yaml`, `.yml`, `.toml`), or the configuration as an object
 * @throws {FG_ERR_CONFIG_INVALID} with every problem, if one of them is an error
 */
export async function loadConfig (input: string | object, options: LoadOptions = {}): Promise<LoadedConfig> {
  const { loaded, problems } = await checkConfig(input, options)
  if (loaded === null || problems.some(({ severity }) => severity === 'error')) throw new ConfigError(problems)
  return loaded
}

/**
 * Checks a configuration as `loadConfig` does, and returns the model in spite of errors, for further checks that
 * require a gateway to be built.
 *
 * @throws {FG_ERR_CONFIG_INVALID} it cannot be read or parsed
 */
export async function checkConfig (input: string | object, options: LoadOptions = {}): Promise<CheckedConfig> {
  const {
    env = process.env,
    features = [],
    allowUnsupported = [],
    unsupported = 'stop',
    cwd = process.cwd(),
    debugEndpoint = false,
    text = null,
    files = new Set(),
    pause
  } = options
  const { value, source } = await readInput(input, { cwd, env, files }, text)
  await pause?.()
  const { value: root, overrides, unknown } = applyEnvironment(value, env)
  const drafts: ProblemDraft[] = []
  let report: Report = (draft) => { drafts.push(draft) }
  let model: Service | undefined
  let lost: readonly LostSettings[] = []
  let flexible: readonly Override[] = []
  let moves: readonly Move[] = []
  const version = checkVersion(root, report)
  if (version !== null) {
    if (version === 4) report = checkVersionFour(root, report)
    reportUnknownVariables(unknown, report)
    const known = withRouter(features)
    const notice: Report = (draft) => {
      if (draft.code === 'needless-key') {
        namespaces.withoutEffect.addKey(
          String(draft.place.at(-1)),
          draft.place
        )
      } else report(draft)
    }
    const namespaces = prepareNamespaces(known, { allowUnsupported, unsupported, env, root }, report)
    checkDuplicates(source, namespaces, report)
    const strays = findMisplaced(root, { namespaces, report })
    const translated = translatePlugins(root, namespaces, report)
    moves = translated.moves
    await pause?.()
    const keys = conform(
      serviceSchema as Schema,
      translated.root,
      [],
      (draft) => {
        if (draft.code !== 'unknown-key' || !strays.has(formatPlace(draft.place))) {
          notice({ ...draft, ...draft.code === 'unknown-key' && { strict: true }, ...draft.code === 'wrong-type' && adviseNumber(draft) })
        }
      }
    ) as ServiceKeys
    await pause?.()
    reportConvertedTexts(translated.root, keys, [], report)
    flexible = text === null && source !== null ? reportFlexible(env, root, report) : []
    if (debugEndpoint) keys.debug_endpoint = true
    model = await normalise(keys, { namespaces, cwd, report: notice, pause })
    namespaces.withoutEffect.report(report)
    lost = namespaces.lost
  }
  const from: Origins = { source, overrides: [...overrides, ...unknown, ...flexible], given: value, moves }
  const problems = sortProblems(locateProblems(drafts, from))
  if (model === undefined) return { problems, loaded: null, lost }
  await pause?.()
  origins.set(model, from)
  return {
    problems,
    lost,
    loaded: {
      model: deepFreeze(model),
      problems,
      overrides: overrides.map(describeOverride),
      folder: source === null || isStandardInput(source.file) ? resolve(cwd) : dirname(resolve(cwd, source.file)),
      revision: createHash('sha256').update(source === null ? JSON.stringify(value) : source.text).digest('hex'),
      files: [...files],
      sources: source === null ? [] : [source, ...source.includes ?? []],
      ...source !== null && { text: text ?? textOf(source) }
    }
  }
}

/**
 * Creates a problem that was found after the load, at a place of the configuration: an error or warning of a feature's
 * setup. Throw errors, alone or with others, as `new ConfigError(problems)`.
 */
export function problemAt (
  { model }: Pick<LoadedConfig, 'model'>,
  place: Place,
  message: string,
  severity: 'error' | 'warning' = 'error'
): Problem {
  const origins = originsOf(model)
  const [problem] = locateProblems(
    [
      {
        severity,
        code: severity === 'error' ? 'refused-by-feature' : 'doubted-by-feature',
        place,
        value: valueAt(origins.given, originalPlace(place, origins.moves)),
        message
      }
    ],
    origins
  )
  return problem!
}

/** The sources of a model's values. */
export function originsOf (model: Service): Origins {
  return origins.get(model) ?? { source: null, overrides: [], given: {}, moves: [] }
}

async function readInput (
  input: string | object,
  options: ReadOptions,
  text: ConfigText | null
): Promise<{ value: Record<string, unknown>, source: Source | null }> {
  const source = text !== null ? parseText(text) : typeof input === 'string' ? await expandConfig(input, options) : null
  const value = source === null ? copyObject(input as object) : source.value
  if (isObject(value)) return { value, source }
  throw failure(source?.file ?? noFile, 'not-an-object', `the configuration must be an object, not ${describeValue([], value)}`)
}

/**
 * Reads a configuration file and expands it as `loadConfig` does, without checking it. `text` of the result is the
 * expanded configuration, including its secrets.
 *
 * @throws {FG_ERR_CONFIG_INVALID} if it cannot be read, expanded or parsed
 */
export async function expandConfig (file: string, options: ReadOptions = {}): Promise<Source> {
  try {
    return await readConfig(file, options)
  } catch (err) {
    if (!(err instanceof SyntaxProblem)) throw err
    throw failure(err.file ?? file, err.code, err.message, err)
  }
}

/** Returns a JSON copy, so that neither side can change the other's. */
function copyObject (input: object): unknown {
  try {
    const copy: unknown = JSON.parse(JSON.stringify(input) ?? 'null')
    if (isNestedTooDeep(copy)) throw failure(noFile, 'too-deep', nestedTooDeep)
    return copy
  } catch (err) {
    if (err instanceof ConfigError) throw err
    if (err instanceof RangeError) throw failure(noFile, 'too-deep', nestedTooDeep)
    throw failure(noFile, 'not-json', `the configuration cannot be written as JSON: ${asError(err).message.split('\n')[0]}`)
  }
}

function failure (
  file: string,
  code: string,
  message: string,
  { where = null, excerpt = null, instead = null }: Partial<SyntaxProblem> = {}
): ConfigError {
  return new ConfigError(
    [
      {
        severity: 'error',
        code,
        file,
        line: where?.line ?? null,
        column: where?.column ?? null,
        place: [],
        value: null,
        message,
        instead,
        excerpt,
        related: []
      }
    ]
  )
}

/** Another version has other keys: checking them would only cause misleading messages. */
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
    message: value === undefined
      ? '"version" is missing: version 3 of the format is required'
      : `unsupported version ${describeValue(['version'], value)}: version 3 of the format is required`,
    instead: version === 1 || version === 2 ? 'migrate it to version 3 (KrakenD has a migration tool)' : 'add "version": 3'
  })
  return null
}

/** A container's environment may contain other names with this prefix: only those that look misspelt are reported. */
function reportUnknownVariables (unknown: readonly Override[], report: Report): void {
  const keys = Object.keys(serviceSchema.properties)
  for (const { variable, path } of unknown) {
    const meant = nestedKey(path[0]) ?? closestWord(path[0], keys)
    if (meant === null) continue
    report(
      {
        severity: 'warning',
        code: 'unknown-variable',
        place: path,
        at: 'key',
        message: `the environment variable ${variable} does not correspond to a key of the root: it has no effect`,
        instead: `did you mean KRAKEND_${meant.toUpperCase()}?`
      }
    )
  }
}

/** `client_tls.min_version` for `client_tls_min_version`: keys of an object need a dot. */
function nestedKey (name: string): string | null {
  const root = ['client_tls', 'tls'].find((key) => name.startsWith(`${key}_`))
  return root === undefined ? null : `${root}.${name.slice(root.length + 1)}`
}

/** Suites and curves are configured by number. */
function adviseNumber ({ place, value, instead = null }: ProblemDraft): { instead: string | null } {
  return { instead: adviseTlsNumber(place.findLast((step) => typeof step === 'string'), value) ?? instead }
}

function describeOverride ({ variable, path }: Override): string {
  return `${path.join('.')} (${variable})`
}
