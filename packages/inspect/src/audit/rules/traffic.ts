import { originOf } from '@floodgate/config-loader'
import type { Endpoint } from '@floodgate/core'
import { describeGuardsOf } from '../../check/guards.ts'
import { writeMilliseconds } from '@floodgate/go/duration'
import { clientPlace } from '../../explain/client-place.ts'
import { at, whole, type Hit, type Rule, type Severity, type Subject } from '../rule.ts'

/** Section 3 of KrakenD's audit. */
export const trafficRules: readonly Rule[] = [
  {
    id: '3.1.1',
    severity: 'LOW',
    message: 'bots are not detected',
    remedy: 'configure security/bot-detector',
    find: ({ model }) => whole(![model, ...model.endpoints].some(({ extra }) => 'security/bot-detector' in extra))
  },
  {
    id: '3.1.2',
    severity: 'HIGH',
    message: 'there is no rate limit per client',
    remedy: 'configure qos/ratelimit/service, qos/ratelimit/router or qos/ratelimit/proxy, or client_max_rate of auth/api-keys',
    // Settings without an effect do not count.
    find: ({ loaded, implemented }) =>
      whole(!describeGuardsOf(loaded, implemented).some(({ guards }) => guards.some(({ kind }) => kind === 'limit')))
  },
  {
    id: '3.1.3',
    severity: 'HIGH',
    message: 'there is no circuit breaker for failing backends',
    remedy: 'configure qos/circuit-breaker for the backends',
    find: ({ backends }) =>
      whole(!backends.some(({ backend: { extra } }) => 'qos/circuit-breaker' in extra || 'qos/circuit-breaker/http' in extra))
  },
  longTimeout('3.3.1', 'LOW', 3000, 5000),
  longTimeout('3.3.2', 'MEDIUM', 5000, 30_000),
  longTimeout('3.3.3', 'HIGH', 30_000, 60_000),
  longTimeout('3.3.4', 'CRITICAL', 60_000, Infinity)
]

/** Longer than one limit and not longer than the next, which has its own rule. */
/** From this share on, repetitions keep down a backend that fails because of its load. */
const maxBudget = 0.5

/** Ours: what is done about hosts that fail. */
export const hostRules: readonly Rule[] = [
  {
    id: 'retry-budget',
    severity: 'MEDIUM',
    message: 'repeated requests can keep an overloaded backend down',
    remedy: 'lower floodgate.retry.budget to 0.2, which is the default',
    find: ({ loaded, backends }) => distinct(backends.flatMap(({ backend }) => {
      const { retry } = backend.client.own ?? {}
      const own = [...clientPlace(backend.place), 'floodgate', 'retry']
      const place = originOf(loaded, own) === null ? ['extra_config', 'floodgate', 'retry'] : own
      return at(
        place,
        retry !== undefined && retry.budget > maxBudget,
        `a backend that fails under load gets up to ${Math.round(retry?.budget! * 100)} percent more requests`
      )
    }))
  }
]

function longTimeout (id: string, severity: Severity, limit: number, next: number): Rule {
  return {
    id,
    severity,
    message: `the timeout is longer than ${writeMilliseconds(limit)}`,
    remedy: `keep it at ${writeMilliseconds(limit)} or below, or split the work: waiting requests hold memory and connections`,
    find: ({ loaded, model }) =>
      distinct(model.endpoints.filter(({ timeout }) => timeout > limit && timeout <= next).map((endpoint) => ({ place: timeoutPlace(loaded, endpoint), message: `the timeout, ${writeMilliseconds(endpoint.timeout)}, is longer than ${writeMilliseconds(limit)}` })))
  }
}

function timeoutPlace (loaded: Subject['loaded'], { place }: Endpoint): Hit['place'] {
  const own = [...place, 'timeout']
  return originOf(loaded, own) === null ? ['timeout'] : own
}

/** One hit per place: many endpoints inherit one timeout. */
function distinct (hits: readonly Hit[]): Hit[] {
  return [...new Map(hits.map((hit) => [JSON.stringify(hit.place), hit])).values()]
}
