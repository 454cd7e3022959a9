import type { FastifyBaseLogger } from 'fastify'
import { ConfigError, formatProblems, type LoadedConfig } from '@floodgate/config-loader'
import { asError, createPause, type LocatedProblem, type Service } from '@floodgate/core'
import type { ConfigChanges, ReloadResult } from '@floodgate/engine'
import { describeChanges, findRestartKeys } from './describe-changes.ts'
import { gatewayStops } from '../errors.ts'
import type { ReloadCounts } from '../metrics/reload-metrics.ts'

/** The steps of a replacement. */
export interface ReloadSteps {
  /**
   * Reads the configuration.
   *
   * @throws {FG_ERR_CONFIG_INVALID}
   */
  load (): Promise<LoadedConfig>
  /** Replaces the configuration everywhere, or throws and has changed nothing. */
  apply (loaded: LoadedConfig): Promise<void>
  /** Files whose content has changed, as far as they are watched: for the log. */
  readonly changed?: readonly string[]
}

export interface ReloaderOptions {
  readonly counts: ReloadCounts
  readonly log: () => Pick<FastifyBaseLogger, 'error' | 'info' | 'warn'>
  /** What is in use. */
  readonly current: () => LoadedConfig
  /** The configuration that the listener was opened with. */
  readonly first: Service
  /** Whether the port is given by the command. */
  readonly ownPort?: boolean
  /** Whether the gateway stops: nothing is replaced any more. Default: never. */
  readonly isOver?: () => boolean
  /** Called after each attempt. */
  readonly onResult?: (result: ReloadResult) => void
  /** Called after an attempt that has changed nothing. */
  readonly onFailure?: () => void
}

/** Replaces a configuration, one attempt after the other. */
export interface Reloader {
  /**
   * Replaces it when the attempts before have ended. Of several that wait, the last one takes the place of the others. Never
   * rejects: what prevented it is logged and in the result.
   */
  reload (steps: ReloadSteps): Promise<ReloadResult>
}

export function createReloader (options: ReloaderOptions): Reloader {
  let running: Promise<ReloadResult> | null = null
  let waiting: { steps: ReloadSteps, readonly result: Promise<ReloadResult> } | null = null

  function begin (steps: ReloadSteps): Promise<ReloadResult> {
    const attempt = replace(steps, options).finally(() => { if (running === attempt) running = null })
    running = attempt
    return attempt
  }

  function beginWaiting (): Promise<ReloadResult> {
    const { steps } = waiting!
    waiting = null
    return begin(steps)
  }

  return {
    reload (steps) {
      if (waiting !== null) waiting.steps = steps
      else if (running !== null) waiting = { steps, result: running.then(beginWaiting) }
      else return begin(steps)
      return waiting.result
    }
  }
}

async function replace (
  { load, apply, changed: files = [] }: ReloadSteps,
  { counts, log, current, first, ownPort, isOver, onFailure, onResult }: ReloaderOptions
): Promise<ReloadResult> {
  try {
    const before = current().model
    const loaded = await load()
    if (isOver?.() === true) throw gatewayStops()
    await apply(loaded)
    counts.success++
    const result: ReloadResult = {
      revision: loaded.revision,
      changed: await describeChanges(before, loaded.model, createPause()),
      restart: findRestartKeys(first, loaded.model, ownPort),
      problems: loaded.problems
    }
    logApplied(log(), result, files)
    onResult?.(result)
    return result
  } catch (thrown) {
    // Features, and values of an app, may throw anything.
    const error = asError(thrown)
    if (isOver?.() === true) {
      log().info('the configuration is not reloaded: the gateway stops')
      return refusal(current(), [describeFailure(gatewayStops())])
    }
    counts.failure++
    logRefused(log(), error)
    onFailure?.()
    const result = refusal(current(), error instanceof ConfigError ? error.problems : [describeFailure(error)])
    onResult?.(result)
    return result
  }
}

function refusal ({ revision }: LoadedConfig, problems: readonly LocatedProblem[]): ReloadResult {
  return { revision, changed: null, restart: [], problems }
}

function logApplied (
  log: ReturnType<ReloaderOptions['log']>,
  { revision, changed, restart, problems }: ReloadResult,
  files: readonly string[]
): void {
  const { added, removed, altered, service, clients } = changed!
  log.info(
    { revision, added, removed, altered, service, clients, ...(files.length > 0 && { files }) },
    `configuration reloaded: ${summarize(changed!, files.length)}`
  )
  if (restart.length > 0) {
    log.warn({ keys: restart }, `without effect until the gateway is started again: ${restart.join(', ')}`)
  }
  if (problems.length > 0) for (const line of formatProblems(problems).split('\n')) log.warn(line)
}

/** @param files number of those that have changed: a script or a key set may be all that has */
function summarize ({ added, removed, altered, service, clients }: ConfigChanges, files: number): string {
  const parts = [
    ...count(added.length, 'endpoint', 'added'),
    ...count(removed.length, 'endpoint', 'removed'),
    ...count(altered.length, 'endpoint', 'altered'),
    ...(clients.added + clients.removed > 0 ? [`client settings: ${clients.added} new, ${clients.removed} no longer used`] : []),
    ...(service.length > 0 ? [`service: ${service.join(', ')}`] : [])
  ]
  if (parts.length > 0) return parts.join('; ')
  return files === 0 ? 'no endpoint has changed' : `${files} file${files === 1 ? '' : 's'} changed`
}

function count (n: number, noun: string, what: string): string[] {
  return n === 0 ? [] : [`${n} ${noun}${n === 1 ? '' : 's'} ${what}`]
}

/** The text that `floodgate check` gives, a line of it each. */
function logRefused (log: ReturnType<ReloaderOptions['log']>, error: Error): void {
  const message = 'configuration not reloaded, the previous one stays in use'
  if (!(error instanceof ConfigError)) return log.error({ err: error }, message)
  const errors = error.problems.filter(({ severity }) => severity === 'error').length
  log.error(`${message}: ${errors} error${errors === 1 ? '' : 's'}`)
  for (const line of formatProblems(error.problems, { audience: 'command' }).split('\n')) log.error(line)
}

function describeFailure (error: Error): LocatedProblem {
  return {
    severity: 'error',
    code: String((error as { code?: unknown }).code ?? 'failed'),
    file: '',
    line: null,
    column: null,
    place: [],
    value: null,
    message: error.message,
    instead: null,
    excerpt: null,
    related: []
  }
}
