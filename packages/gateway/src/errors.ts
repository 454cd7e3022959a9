import createError from '@fastify/error'
import { errors as shared } from '@floodgate/engine'

const FG_ERR_GATEWAY_OPTIONS = createError('FG_ERR_GATEWAY_OPTIONS', 'wrong options for @floodgate/gateway: %s')
const FG_ERR_GATEWAY_FEATURE_TWICE = createError(
  'FG_ERR_GATEWAY_FEATURE_TWICE',
  'two features have the namespace "%s": pass only one of them in `features`'
)
const FG_ERR_GATEWAY_FEATURE_AFTER = createError(
  'FG_ERR_GATEWAY_FEATURE_AFTER',
  'the feature "%s" has "%s" in `after`, which is not among the features: use another namespace or remove `after`'
)
const FG_ERR_GATEWAY_FEATURE_FAILED = createError('FG_ERR_GATEWAY_FEATURE_FAILED', 'the feature "%s" failed in %s')
const FG_ERR_GATEWAY_FOREIGN_WRAP = createError(
  'FG_ERR_GATEWAY_FOREIGN_WRAP',
  '%s of %s returned %s instead of a step: return a function, or `next` itself'
)
const FG_ERR_GATEWAY_FOREIGN_HOOK = createError('FG_ERR_GATEWAY_FOREIGN_HOOK', '%s has a hook %s that is %s: expected a function')
const FG_ERR_GATEWAY_WORKER_START = createError(
  'FG_ERR_GATEWAY_WORKER_START',
  'the first worker ended with status %s before it could serve: see its messages'
)
const FG_ERR_GATEWAY_PRIMARY_SILENT = createError(
  'FG_ERR_GATEWAY_PRIMARY_SILENT',
  'the primary has not answered within %s ms: this worker has no configuration'
)
const FG_ERR_GATEWAY_WORKER_REFUSED = createError(
  'FG_ERR_GATEWAY_WORKER_REFUSED',
  'worker %s cannot serve the configuration: %s'
)
const FG_ERR_GATEWAY_STOPS = createError('FG_ERR_GATEWAY_STOPS', 'the gateway stops: its configuration is not replaced any more')
const FG_ERR_GATEWAY_CONTROL_SOCKET = createError(
  'FG_ERR_GATEWAY_CONTROL_SOCKET',
  'the control socket %s cannot be opened: %s'
)
const FG_ERR_GATEWAY_RECORDED_SCOPE = createError(
  'FG_ERR_GATEWAY_RECORDED_SCOPE',
  'a feature used %s of its scope, which a gateway with { reloadable: true } cannot undo when its configuration is replaced: ' +
  'use %s, or register it in the app before the gateway'
)
const FG_ERR_GATEWAY_RELOAD_SOURCE = createError(
  'FG_ERR_GATEWAY_RELOAD_SOURCE',
  '"%s" was registered with a loaded configuration, which cannot be read again: call reload(config) with a path, an object, or the result of loadConfiguration'
)
const FG_ERR_GATEWAY_WILDCARD_TAKEN = createError(
  'FG_ERR_GATEWAY_WILDCARD_TAKEN',
  'a gateway with { reloadable: true } serves %s by one route for all paths, but the app already has %s: give the gateway a "prefix" without it, or remove that route'
)
const FG_ERR_GATEWAY_METRICS_LISTEN = createError(
  'FG_ERR_GATEWAY_METRICS_LISTEN',
  'the metrics cannot be served on %s: %s; set another port or listen_ip in extra_config.floodgate.metrics'
)
const FG_ERR_GATEWAY_STATUS_LISTEN = createError(
  'FG_ERR_GATEWAY_STATUS_LISTEN',
  'the status page cannot be served on %s: %s; set another port or address in extra_config.floodgate.status'
)
const FG_ERR_GATEWAY_STATUS_TOKEN = createError(
  'FG_ERR_GATEWAY_STATUS_TOKEN',
  'the status page has no token: extra_config.floodgate.status.%s: %s'
)

export const errors = {
  FG_ERR_GATEWAY_CONTROL_SOCKET,
  FG_ERR_GATEWAY_FEATURE_TWICE,
  FG_ERR_GATEWAY_FEATURE_AFTER,
  FG_ERR_GATEWAY_FEATURE_FAILED,
  FG_ERR_GATEWAY_FOREIGN_HOOK,
  FG_ERR_GATEWAY_FOREIGN_WRAP,
  FG_ERR_GATEWAY_NAME_TAKEN: shared.FG_ERR_GATEWAY_NAME_TAKEN,
  FG_ERR_GATEWAY_NOT_RELOADABLE: shared.FG_ERR_GATEWAY_NOT_RELOADABLE,
  FG_ERR_GATEWAY_OPTIONS,
  FG_ERR_GATEWAY_RECORDED_SCOPE,
  FG_ERR_GATEWAY_RELOAD_SOURCE,
  FG_ERR_GATEWAY_UNKNOWN: shared.FG_ERR_GATEWAY_UNKNOWN,
  FG_ERR_GATEWAY_WILDCARD_TAKEN,
  FG_ERR_GATEWAY_WORKER_REFUSED,
  FG_ERR_GATEWAY_WORKER_START,
  FG_ERR_GATEWAY_METRICS_LISTEN,
  FG_ERR_GATEWAY_STATUS_LISTEN,
  FG_ERR_GATEWAY_STATUS_TOKEN,
  FG_ERR_GATEWAY_PRIMARY_SILENT,
  FG_ERR_GATEWAY_STOPS
}

export const wrongOptions = (wrong: readonly string[]) => new FG_ERR_GATEWAY_OPTIONS(wrong.join('; '))
export const doubleFeature = (namespace: string) => new FG_ERR_GATEWAY_FEATURE_TWICE(namespace)
export const unknownNeighbour = (namespace: string, after: string) => new FG_ERR_GATEWAY_FEATURE_AFTER(namespace, after)
export const featureFailed = (namespace: string, part: string, cause: Error) => new FG_ERR_GATEWAY_FEATURE_FAILED(
  namespace,
  `${part}: ${cause.message}`,
  { cause }
)
export const foreignWrap = (
  { who, where }: { who: string, where: string },
  kind: string
) => new FG_ERR_GATEWAY_FOREIGN_WRAP(who, where, kind)
export const hookIsNone = (who: string, name: string, kind: string) => new FG_ERR_GATEWAY_FOREIGN_HOOK(who, name, kind)
export const metricsNotListening = (
  address: string,
  reason: string,
  cause: Error
) => new FG_ERR_GATEWAY_METRICS_LISTEN(address, reason, { cause })
export const statusNotListening = (
  address: string,
  reason: string,
  cause: Error
) => new FG_ERR_GATEWAY_STATUS_LISTEN(address, reason, { cause })
export const statusWithoutToken = (key: string, problem: string) => new FG_ERR_GATEWAY_STATUS_TOKEN(key, problem)

export const controlSocketTaken = (
  path: string,
  why: string,
  cause?: Error
) => new FG_ERR_GATEWAY_CONTROL_SOCKET(path, why, ...cause === undefined ? [] : [{ cause }])
export const recordedScope = (what: string, instead: string) => new FG_ERR_GATEWAY_RECORDED_SCOPE(what, instead)
export const noSource = (name: string) => new FG_ERR_GATEWAY_RELOAD_SOURCE(name)
export const wildcardTaken = (route: string, taken: string) => new FG_ERR_GATEWAY_WILDCARD_TAKEN(route, taken)
export const workerRefused = (id: number, why: string) => new FG_ERR_GATEWAY_WORKER_REFUSED(String(id), why)
export const gatewayStops = () => new FG_ERR_GATEWAY_STOPS()
export const primarySilent = (ms: number) => new FG_ERR_GATEWAY_PRIMARY_SILENT(String(ms))

/** The first worker could not start. */
export class WorkerStartError extends FG_ERR_GATEWAY_WORKER_START {
  /** Its exit status; null when a signal ended it. */
  readonly status: number | null

  constructor (status: number | null) {
    super(String(status))
    this.status = status
  }
}
