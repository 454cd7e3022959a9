import { Fault, stableName, withoutQuery, type Backend, type Feature, type FeatureContext } from '@floodgate/core'
import { BreakerHub } from '../workers/breaker-hub.ts'
import type { BreakerRule } from '../workers/breaker-messages.ts'
import { WorkerBreaker } from '../workers/worker-breaker.ts'
import { breakerLabels, breakerMetrics, reportBreaker } from './breaker-metrics.ts'
import { changeLine } from './change-line.ts'
import { CircuitBreaker, type Breaker } from './circuit-breaker.ts'
import type { BreakerSettings, HttpBreakerSettings } from './settings.ts'

const NAMESPACE = 'qos/circuit-breaker'
const HTTP_NAMESPACE = 'qos/circuit-breaker/http'
const DEFAULT_TIMEOUT = 60

/** The points where `qos/circuit-breaker` attaches: failures of the step count. */
export const breaker: Partial<Feature> = {
  metrics: breakerMetrics,
  setup (context) { awaitState(NAMESPACE, context) },
  backend: (settings: BreakerSettings, next, backend, context) =>
    guard(keepBreaker(NAMESPACE, settings, backend, context), next, () => true)
}

/** The points where `qos/circuit-breaker/http` attaches: status codes of the raw call count too. */
export const httpBreaker: Partial<Feature> = {
  metrics: breakerMetrics,
  setup (context) { awaitState(HTTP_NAMESPACE, context) },
  exchange (settings: HttpBreakerSettings, next, backend, context) {
    const valid = new Set(settings.valid_status_codes)
    return guard(keepBreaker(HTTP_NAMESPACE, settings, backend, context), next, ({ status }) => valid.has(status))
  }
}

/** Wraps a call; requests that the client aborts do not count. */
function guard<Request, Response> (
  breaker: Breaker,
  next: (request: Request) => Promise<Response>,
  isGood: (response: Response) => boolean
): (request: Request) => Promise<Response> {
  function call (admission: number, request: Request): Promise<Response> {
    return attempt(next, request).then((response) => {
      breaker.end(admission, isGood(response) ? 'success' : 'failure')
      return response
    }, (error: unknown) => {
      breaker.end(admission, error instanceof Fault && (error.kind === 'abort' || error.kind === 'request') ? 'ignored' : 'failure')
      throw error
    })
  }
  return function breakCircuit (request) {
    let admission: number | Promise<number>
    try {
      admission = breaker.begin()
    } catch (error) {
      return Promise.reject(error)
    }
    return typeof admission === 'number' ? call(admission, request) : admission.then((admission) => call(admission, request))
  }
}

/** A trial must end, even if the step throws instead of rejecting. */
async function attempt<Request, Response> (next: (request: Request) => Promise<Response>, request: Request): Promise<Response> {
  return next(request)
}

/** A reload that does not change it leaves a breaker open. Several workers have one state of it, in their primary. */
function keepBreaker (
  namespace: string,
  settings: BreakerSettings | HttpBreakerSettings,
  backend: Backend,
  context: FeatureContext
): Breaker {
  const rule = readRule(settings, backend)
  const labels = breakerLabels(rule.name, backend, context)
  const breaker = findBreaker(namespace, settings, backend, { ...context, rule: labels === undefined ? rule : { ...rule, labels } })
  if (labels !== undefined) reportBreaker(breaker, labels, context.metrics!)
  return breaker
}

function findBreaker (
  namespace: string,
  settings: BreakerSettings | HttpBreakerSettings,
  backend: Backend,
  { rule, ...context }: FeatureContext & { readonly rule: BreakerRule }
): Breaker {
  const { keep, model, log } = context
  const name = stableName(model, backend.place)
  const others = 'valid_status_codes' in settings ? settings.valid_status_codes : []
  // What never opens has nothing to share.
  const hub = rule.maxErrors === Infinity ? null : hubOf(namespace, context)
  if (hub !== null) {
    return keep(
      `${namespace} ${name}`,
      [rule, others],
      () => new WorkerBreaker({ hub, name: `${name} ${JSON.stringify([rule, others])}`, rule }),
      (breaker) => { breaker.close() }
    )
  }
  return keep(`${namespace} ${name}`, [rule, others], () => new CircuitBreaker({
    ...rule,
    ...rule.logs && { onChange (from, to) { log.warn(changeLine(rule.name, from, to)) } }
  }))
}

/** The connection to the breakers in the primary; null if this process is the only one that serves. */
function hubOf (namespace: string, { workers, dryRun, keep }: FeatureContext): BreakerHub | null {
  if (workers === null || workers.count < 2 || dryRun) return null
  return keep(`${namespace} in the primary`, null, () => new BreakerHub(workers, namespace), (hub) => { hub.close() })
}

/** A worker serves when it knows which breakers are open. */
function awaitState (namespace: string, context: FeatureContext): void {
  const hub = hubOf(namespace, context)
  if (hub !== null) context.scope.addHook('onReady', () => hub.settled())
}

function readRule (settings: BreakerSettings | HttpBreakerSettings, backend: Backend): BreakerRule {
  const { interval = 0, timeout = 0, max_errors: maxErrors = 0 } = settings
  return {
    // Without the query, which may carry a secret: logs and metrics show the name.
    name: settings.name || `${backend.method} ${withoutQuery(backend.urlPattern)}`,
    interval: Math.max(0, interval) * 1000,
    timeout: (timeout > 0 ? timeout : DEFAULT_TIMEOUT) * 1000,
    // The reference treats a negative number as a very large one.
    maxErrors: maxErrors < 0 ? Infinity : maxErrors,
    logs: settings.log_status_change === true
  }
}
