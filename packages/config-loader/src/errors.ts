import createError from '@fastify/error'
import { UnusableServerTls } from '@floodgate/tls'
import { formatProblems } from './locate/format-problems.ts'
import type { Problem } from './locate/problem.ts'

const FG_ERR_CONFIG_INVALID = createError('FG_ERR_CONFIG_INVALID', '%s')
const FG_ERR_CONFIG_NO_ENGINE = createError(
  'FG_ERR_CONFIG_NO_ENGINE',
  'nothing serves %s: register an engine such as @floodgate/proxy after @floodgate/config-loader, or remove the endpoints'
)
const FG_ERR_CONFIG_SERVED_TWICE = createError(
  'FG_ERR_CONFIG_SERVED_TWICE',
  'the endpoint %s is served already: register one engine for it'
)
const FG_ERR_CONFIG_OPTIONS = createError('FG_ERR_CONFIG_OPTIONS', 'wrong options for @floodgate/config-loader: %s')

const FG_ERR_CONFIG_TWO_PREFIXES = createError(
  'FG_ERR_CONFIG_TWO_PREFIXES',
  'the endpoint %s cannot be served below another prefix: others of its configuration are below "%s", and it would be below "%s"; register another @floodgate/config-loader for it'
)
const FG_ERR_CONFIG_UNKNOWN_ENDPOINT = createError(
  'FG_ERR_CONFIG_UNKNOWN_ENDPOINT',
  'the endpoint %s is not of this configuration: pass one of app.floodgateConfig.model.endpoints'
)

export const errors = {
  FG_ERR_CONFIG_INVALID,
  FG_ERR_CONFIG_OPTIONS,
  FG_ERR_CONFIG_NO_ENGINE,
  FG_ERR_CONFIG_SERVED_TWICE,
  FG_ERR_CONFIG_TWO_PREFIXES,
  FG_ERR_CONFIG_UNKNOWN_ENDPOINT,
  FG_ERR_CONFIG_SERVER_TLS: UnusableServerTls
}

/** An invalid configuration. The message contains all its problems, without secrets. */
export class ConfigError extends FG_ERR_CONFIG_INVALID {
  /** All problems, including warnings. */
  readonly problems: readonly Problem[]

  constructor (problems: readonly Problem[]) {
    super(formatProblems(problems))
    this.problems = problems
  }
}

export const noEngine = (endpoints: string) => new FG_ERR_CONFIG_NO_ENGINE(endpoints)
export const servedTwice = (endpoint: string) => new FG_ERR_CONFIG_SERVED_TWICE(endpoint)
export const twoPrefixes = (endpoint: string, prefix: string, other: string) => new FG_ERR_CONFIG_TWO_PREFIXES(endpoint, prefix, other)
export const unknownEndpoint = (endpoint: string) => new FG_ERR_CONFIG_UNKNOWN_ENDPOINT(endpoint)
export const wrongOptions = (what: string) => new FG_ERR_CONFIG_OPTIONS(what)
