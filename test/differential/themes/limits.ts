import type { Random } from '../../attacks/random.mjs'
import type { Line } from '../observation.ts'
import { jsonRoute } from '../draw/route.ts'
import { maybe } from '../draw/some.ts'
import type { Theme } from '../theme.ts'

/** Rate limits and circuit breakers. Buckets are filled again in an hour, so that the clock does not matter. */
export const limits: Theme = {
  name: 'limits',
  make (random, { prefix, host }) {
    const kind = random.of(['router', 'client', 'proxy', 'breaker'])
    const status = kind === 'breaker' ? random.of([500, 404, 200]) : 200
    const noop = random.chance(0.2)
    return {
      endpoints: [{
        endpoint: `${prefix}/{id}`,
        ...noop && { output_encoding: 'no-op' },
        input_headers: ['X-Key'],
        backend: [{
          host: [host],
          url_pattern: `${prefix}/up`,
          ...kind === 'proxy' && { extra_config: { 'qos/ratelimit/proxy': rate(random) } },
          ...kind === 'breaker' && { extra_config: { 'qos/circuit-breaker': { interval: 60, timeout: 60, max_errors: random.between(1, 3), ...maybe(random, 0.3, () => ({ name: 'b', log_status_change: true })) } } }
        }],
        ...kind === 'router' && { extra_config: { 'qos/ratelimit/router': rate(random) } },
        ...kind === 'client' && { extra_config: { 'qos/ratelimit/router': clientRate(random) } }
      }],
      routes: [jsonRoute(random, `${prefix}/up`, '{"ok":true}', { status })],
      requests: Array.from({ length: random.between(3, 7) }, () => ({
        path: `${prefix}/${random.of(['1', '1', '2'])}`,
        lines: [
          ...random.chance(0.8) ? [['X-Key', random.of(['k1', 'k1', 'k2'])] as Line] : [],
          ...random.chance(0.15) ? [['X-Forwarded-For', random.of(['9.9.9.9', '8.8.8.8'])] as Line] : []
        ]
      })),
      perProcess: 'each worker counts for itself'
    }
  }
}

function rate (random: Random): object {
  return { max_rate: random.between(1, 3), every: '1h', ...random.chance(0.8) && { capacity: random.between(1, 4) } }
}

function clientRate (random: Random): object {
  const strategy = random.of(['ip', 'header', 'param'])
  return {
    client_max_rate: random.between(1, 2),
    every: '1h',
    strategy,
    ...strategy === 'header' && { key: 'X-Key' },
    ...strategy === 'param' && { key: 'id' },
    ...random.chance(0.8) && { client_capacity: random.between(1, 3) },
    ...random.chance(0.2) && { max_rate: 4, capacity: 4 }
  }
}
