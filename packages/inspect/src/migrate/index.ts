import {
  classOf, ConfigError, checkConfig, originOf, sortProblems, type LoadedConfig, type NamespaceClass, type Origin,
  type Problem
} from '@floodgate/config-loader'
import type { Endpoint } from '@floodgate/core'
import { findDifferences, type SeenDifference } from '../differences/index.ts'
import { allFeatures, type LoadConfigurationOptions } from '@floodgate/gateway/load'
import { checkBuild } from '@floodgate/gateway/check-build'

/** An unsupported feature that prevents the start, and where it is used. */
export interface Stopper {
  /** The argument of `--allow-unsupported`: a namespace, a plugin, or a key such as `auth/validator.KEY`. */
  readonly name: string
  readonly class: NamespaceClass | null
  /** Whether the endpoints that use it could answer 501 while the others are served. */
  readonly skippable: boolean
  /** `GET /orders`; empty = the whole service. */
  readonly endpoints: readonly string[]
  readonly problems: readonly Problem[]
}

/** What an endpoint loses without changes. */
export interface EndpointReport {
  readonly method: string
  readonly path: string
  readonly origin: Origin | null
  /**
   * `stops`: it prevents the start. `skipped`: it answers 501. `wrong`: it has an error. `loses`: it is served, but
   * some of its settings have no effect.
   */
  readonly outcome: 'stops' | 'skipped' | 'wrong' | 'loses'
  /** The most important first. */
  readonly losses: readonly Problem[]
}

/** The report about migrating a KrakenD configuration. Contains no secrets. */
export interface MigrationReport {
  readonly endpoints: number
  readonly backends: number
  /** Endpoints that are served as on KrakenD, except for `differences`. */
  readonly asTheyAre: number
  /** Whether a gateway starts with this configuration. */
  readonly starts: boolean
  /** The most important first. */
  readonly stoppers: readonly Stopper[]
  /** Endpoints that do not work without changes: those that lose most first. */
  readonly affected: readonly EndpointReport[]
  /** Other errors and settings without effect, of the service. */
  readonly service: readonly Problem[]
  /** Namespaces that have no effect and do not affect responses, with their number. */
  readonly additions: readonly { readonly namespace: string, readonly count: number }[]
  readonly differences: readonly SeenDifference[]
  /** Settings that KrakenD ignores and this gateway supports. */
  readonly ignoredThere: readonly Problem[]
}

/**
 * Reports how a KrakenD configuration works here. It is read and checked as by `check`, and not served.
 *
 * @param config path of a file, or the configuration as an object
 * @throws {FG_ERR_CONFIG_INVALID} it cannot be read or parsed, or has another version
 */
export async function migrate (config: string | object, { features, ...options }: LoadConfigurationOptions = {}): Promise<MigrationReport> {
  const all = allFeatures(features)
  const { loaded, problems: read, lost } = await checkConfig(config, { ...options, features: all })
  if (loaded === null) throw new ConfigError(read)
  const isWrong = read.some(({ severity }) => severity === 'error')
  const problems = sortProblems([...read, ...await checkBuild(loaded, { features: all, ...isWrong && { lost } })])
  return describe(loaded, problems, new Set(all.map(({ namespace }) => namespace)), options.env)
}

function describe (
  loaded: LoadedConfig,
  problems: readonly Problem[],
  implemented: ReadonlySet<string>,
  env?: NodeJS.ProcessEnv
): MigrationReport {
  const { model } = loaded
  const ignoredThere = problems.filter(({ code }) => code === 'krakend-ignores')
  const losses = problems.filter(isLoss)
  const served = new Set(model.endpoints.map(({ index }) => index))
  const byEndpoint = new Map<number, Problem[]>()
  const service: Problem[] = []
  for (const problem of losses) {
    const [root, index] = problem.place
    if (root === 'endpoints' && typeof index === 'number' && served.has(index)) add(byEndpoint, index, problem)
    else service.push(problem)
  }
  const affected = model.endpoints.flatMap((endpoint): EndpointReport[] => {
    const own = byEndpoint.get(endpoint.index)
    return own === undefined ? [] : [reportEndpoint(loaded, endpoint, own)]
  })
  return {
    endpoints: model.endpoints.length,
    backends: model.endpoints.reduce((count, { backends }) => count + backends.length, 0),
    asTheyAre: model.endpoints.length - affected.length,
    starts: !problems.some(({ severity }) => severity === 'error'),
    stoppers: findStoppers(model.endpoints, losses),
    affected: affected.sort((a, b) => weightOf(b.losses) - weightOf(a.losses) || b.losses.length - a.losses.length),
    service: sortByWeight(service),
    additions: countAdditions(loaded, implemented),
    differences: findDifferences(loaded, env),
    ignoredThere
  }
}

const lossCodes: ReadonlySet<string> = new Set(['no-effect', 'unsupported-key', 'unsupported-namespace', 'unsupported-plugin'])

/** Settings that work on KrakenD and not here. Other warnings apply there too; `check` reports them. */
function isLoss ({ severity, code, strict, unsupported, message }: Problem): boolean {
  if (severity === 'error' || unsupported !== undefined) return true
  return (strict === true && lossCodes.has(code)) || (code === 'doubted-by-feature' && message.includes('is not supported'))
}

function add <Key> (lists: Map<Key, Problem[]>, key: Key, problem: Problem): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [problem])
  else list.push(problem)
}

function reportEndpoint (loaded: LoadedConfig, { method, path, place }: Endpoint, losses: readonly Problem[]): EndpointReport {
  const sorted = sortByWeight(losses)
  const became = new Set(sorted.map(({ unsupported }) => unsupported?.outcome))
  const outcome = became.has('stops')
    ? 'stops'
    : sorted.some(({ severity }) => severity === 'error')
      ? 'wrong'
      : became.has('skipped')
        ? 'skipped'
        : 'loses'
  return { method, path, origin: originOf(loaded, place), outcome, losses: sorted }
}

const weights: Readonly<Record<NamespaceClass, number>> = { guards: 5, decides: 4, replaces: 3, shapes: 2, adds: 1 }

/** Weight of a loss: protection counts most. */
function weightOfProblem ({ severity, unsupported }: Problem): number {
  const kind = unsupported === undefined ? null : classOf(unsupported.name.replace(/\.[^/]*$/, ''))
  return (severity === 'error' || unsupported !== undefined ? 10 : 0) + (kind === null
    ? unsupported === undefined ? 0 : weights.guards
    : weights[kind])
}

function weightOf (problems: readonly Problem[]): number {
  return Math.max(0, ...problems.map(weightOfProblem))
}

function sortByWeight (problems: readonly Problem[]): Problem[] {
  return problems.toSorted((a, b) => weightOfProblem(b) - weightOfProblem(a))
}

function findStoppers (endpoints: readonly Endpoint[], problems: readonly Problem[]): Stopper[] {
  const names = new Map(endpoints.map(({ index, method, path }) => [index, `${method} ${path}`]))
  const found = new Map<string, Problem[]>()
  for (const problem of problems) {
    if (problem.unsupported?.outcome !== 'stops') continue
    add(found, problem.unsupported.name, problem)
  }
  return Array.from(found, ([name, problems]): Stopper => ({
    name,
    class: classOf(name.replace(/\.[^/]*$/, '')),
    skippable: problems.every(({ unsupported }) => unsupported!.skippable),
    endpoints: [
      ...new Set(
        problems.flatMap(({ place: [root, index] }) => root === 'endpoints' ? [names.get(index as number) ?? `endpoints[${index}]`] : [])
      )
    ],
    problems
  })).sort((a, b) => weightOf(b.problems) - weightOf(a.problems) || b.problems.length - a.problems.length)
}

function countAdditions ({ model }: LoadedConfig, implemented: ReadonlySet<string>): { namespace: string, count: number }[] {
  const counts = new Map<string, number>()
  for (const { extra } of [model, ...model.endpoints, ...model.endpoints.flatMap(({ backends }) => backends)]) {
    for (const name of Object.keys(extra)) {
      if (!implemented.has(name) && classOf(name) === 'adds') {
        counts.set(name, (counts.get(name) ?? 0) + 1)
      }
    }
  }
  return Array.from(counts, ([namespace, count]) => ({ namespace, count })).sort((a, b) => b.count - a.count)
}

export { differences, type Difference, type SeenDifference } from '../differences/index.ts'
