import type { Random } from '../../attacks/random.mjs'
import type { Line } from '../observation.ts'
import { maybe } from '../draw/some.ts'
import type { Theme } from '../theme.ts'

const lasting = ['max-age=60', 'public, max-age=60', 'max-age=60, private', 's-maxage=60', 'max-age=0', 'no-store', 'no-cache', 'max-age=60, must-revalidate', 'MAX-AGE="60"', '']

/** `qos/http-cache` of backends, and `Cache-Control` of answers (`cache_ttl`). */
export const caches: Theme = {
  name: 'caches',
  root: (random) => maybe(random, 0.3, () => ({ cache_ttl: random.of(['30s', '1h', '1500ms']) })),
  make (random, { prefix, host }) {
    const noop = random.chance(0.3)
    const method = random.chance(0.12) ? 'POST' : 'GET'
    const shared = random.chance(0.25)
    const path = `${prefix}/up`
    const keyed = random.chance(0.15)
    const answers = Array.from({ length: 6 }, (_, i) => answer(random, i))
    return {
      endpoints: [{
        endpoint: `${prefix}/x`,
        method,
        ...noop && { output_encoding: 'no-op' },
        ...maybe(random, 0.4, () => ({ cache_ttl: random.of(['0s', '10s', '2m', '900ms']) })),
        input_headers: [...keyed ? ['X-One'] : [], 'Cache-Control', 'If-None-Match', 'Accept'],
        input_query_strings: ['q'],
        backend: [{ host: [host], url_pattern: path, ...random.chance(0.85) && { extra_config: { 'qos/http-cache': shared ? { shared } : {} } } }]
      }],
      routes: [{ path, method: '*', ...answers[0]!, answers }],
      requests: Array.from({ length: random.between(2, 5) }, () => ({
        method,
        path: `${prefix}/x${random.of(['', '', '?q=1', '?q=2'])}`,
        lines: lines(random)
      })),
      tags: ['cache', ...keyed ? ['cache-key'] : [], ...answers.some(({ headers }) => headers['vary'] === '*') ? ['vary-all'] : [], ...answers.some(({ headers }) => headers['cache-control']?.startsWith('MAX')) ? ['odd-directive'] : [], ...answers.some(({ status }) => status !== 200) ? ['cached-failure'] : []],
      perProcess: 'each worker keeps answers for itself'
    }
  }
}

function answer (random: Random, i: number): { status: number, headers: Record<string, string>, body: string } {
  const status = random.weighted([[14, 200], [1, 404], [1, 500], [1, 203], [1, 301]])
  const control = random.of(lasting)
  return {
    status,
    headers: {
      'content-type': 'application/json',
      ...control !== '' && { 'cache-control': control },
      ...maybe(random, 0.2, () => ({ etag: random.of(['"e"', 'W/"w"']) })),
      ...maybe(random, 0.2, () => ({ vary: random.of(['X-One', 'Accept', 'Accept', '*']) })),
      ...maybe(random, 0.1, () => ({ expires: random.of(['Thu, 01 Jan 2037 00:00:00 GMT', '0']) })),
      ...maybe(random, 0.1, () => ({ 'last-modified': 'Tue, 02 Jan 2024 03:04:05 GMT' }))
    },
    body: `{"answer":${i}}`
  }
}

function lines (random: Random): Line[] {
  return [
    ...random.chance(0.3) ? [['X-One', random.of(['1', '2'])] as Line] : [],
    ...random.chance(0.2) ? [['Accept', random.of(['text/html', 'application/json'])] as Line] : [],
    ...random.chance(0.12) ? [['Cache-Control', random.of(['no-cache', 'max-age=0', 'no-store', 'only-if-cached'])] as Line] : [],
    ...random.chance(0.08) ? [['If-None-Match', '"e"'] as Line] : []
  ]
}
