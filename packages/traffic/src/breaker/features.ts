import { Fault, stableName, type Backend, type Feature, type FeatureContext } from '@floodgate/core'
import { CircuitBreaker } from './circuit-breaker.ts'
import type { BreakerSettings, HttpBreakerSettings } from './settings.ts'

const DEFAULT_TIMEOUT = 60

/** The points where `qos/circuit-breaker` attaches: failures of the step count. */
export const breaker: Partial<Feature> = {
  backend: (settings: BreakerSettings, next, backend, context) =>
    guard(keepBreaker('qos/circuit-breaker', settings, backend, context), next, () => true)
}

/** The points where `qos/circuit-breaker/http` attaches: status codes of the raw call count too. */
export const httpBreaker: Partial<Feature> = {
  exchange (settings: HttpBreakerSettings, next, backend, context) {
    const valid = new Set(settings.valid_status_codes)
    return guard(keepBreaker('qos/circuit-breaker/http', settings, backend, context), next, ({ status }) => valid.has(status))
  }
}

/** Wraps a call; requests that the client aborts do not count. */
function guard<Request, Response> (
  breaker: CircuitBreaker,
  next: (request: Request) => Promise<Response>,
  isGood: (response: Response) => boolean
): (request: Request) => Promise<Response> {
  return function breakCircuit (request) {
    let generation: number
    try {
      generation = breaker.begin()
    } catch (error) {
      return Promise.reject(error)
    }
    return attempt(next, request).then((response) => {
      breaker.end(generation, isGood(response) ? 'success' : 'failure')
      return response
    }, (error: unknown) => {
      breaker.end(generation, error instanceof Fault && (error.kind === 'abort' || error.kind === 'request') ? 'ignored' : 'failure')
      throw error
    })
  }
}

/** A trial must end, even if the step throws instead of rejecting. */
async function attempt<Request, Response> (next: (request: Request) => Promise<Response>, request: Request): Promise<Response> {
  return next(request)
}

/** A reload that does not change it leaves a breaker open. */
function keepBreaker (
  namespace: string,
  settings: BreakerSettings | HttpBreakerSettings,
  backend: Backend,
  { keep, model, log }: FeatureContext
): CircuitBreaker {
  return keep(`${namespace} ${stableName(model, backend.place)}`, settings, () => createBreaker(settings, backend, log))
}

function createBreaker (
  settings: BreakerSettings | HttpBreakerSettings,
  backend: Backend,
  log: FeatureContext['log']
): CircuitBreaker {
  const { interval = 0, timeout = 0, max_errors: maxErrors = 0 } = settings
  const name = settings.name || `${backend.method} ${backend.urlPattern}`
  return new CircuitBreaker({
    name,
    interval: Math.max(0, interval) * 1000,
    timeout: (timeout > 0 ? timeout : DEFAULT_TIMEOUT) * 1000,
    // The reference treats a negative number as a very large one.
    maxErrors: maxErrors < 0 ? Infinity : maxErrors,
    ...(settings.log_status_change === true && {
      onChange (from, to) { log.warn(`circuit breaker named '${name}' went from '${from}' to '${to}'`) }
    })
  })
}
