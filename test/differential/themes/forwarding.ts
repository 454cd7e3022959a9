import type { Random } from '../../attacks/random.mjs'
import { clientLines, headerNames } from '../draw/client-headers.ts'
import { jsonText, objectText } from '../draw/json.ts'
import { query, queryNames } from '../draw/query.ts'
import { jsonRoute } from '../draw/route.ts'
import { maybe, some } from '../draw/some.ts'
import type { Theme } from '../theme.ts'

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
const hopByHop = ['Connection', 'Keep-Alive', 'TE', 'Proxy-Authorization', 'X-Hop']

/** What of a request reaches the upstream: header lines, query strings, method, path and body. */
export const forwarding: Theme = {
  name: 'forwarding',
  make (random, { prefix, host }) {
    const method = random.of(methods)
    const noop = random.chance(0.3)
    const all = random.chance(0.25)
    const endpoint = {
      endpoint: `${prefix}/{id}/x`,
      method,
      ...noop && { output_encoding: 'no-op' },
      ...all ? { input_headers: ['*'] } : maybe(random, 0.6, () => ({ input_headers: some(random, headerNames, 5).map((name) => anyCase(random, name)) })),
      ...random.chance(0.25) ? { input_query_strings: ['*'] } : maybe(random, 0.6, () => ({ input_query_strings: some(random, queryNames, 4) })),
      backend: [{
        host: [host],
        url_pattern: `${random.of(['', '/'])}${prefix.slice(1)}/up/${random.of(['{id}', 'v-{id}', '{id}/more', 'fixed'])}${random.of(['', '', '?z=0', '?id={id}', '?b=1&b=2'])}`,
        ...noop && { encoding: 'no-op' },
        ...maybe(random, 0.3, () => ({ method: random.of(methods) })),
        ...maybe(random, 0.2, () => ({ input_headers: some(random, [...headerNames, 'X-Forwarded-Host'], 3, 1) })),
        ...maybe(random, 0.2, () => ({ input_query_strings: some(random, queryNames, 3, 1) }))
      }]
    }
    const requests = Array.from({ length: random.between(1, 4) }, () => {
      const search = query(random)
      const sendsBody = random.chance(method === 'GET' ? 0.1 : 0.7)
      return {
        method,
        path: `${prefix}/${random.of(['1', 'abc', 'a%20b', 'a:b', 'x@y', 'ü'.replace('ü', '%C3%BC'), 'a&b', 'a+b', 'a=b;c', '(x)', '~', '%22q%22', '%7Bid%7D'])}/x${search && `?${search}`}`,
        lines: [...clientLines(random), ...all && random.chance(0.3) ? hopLines(random) : []],
        ...sendsBody && { body: random.of([jsonText(random), 'plain', 'a=1&b=2', '', 'x'.repeat(5000)]), chunked: random.chance(0.3) },
        fine: true
      }
    })
    return { endpoints: [endpoint], routes: [jsonRoute(random, `${prefix}/*`, objectText(random, 1))], requests, ...all && { tags: ['hop-by-hop'] } }
  }
}

function anyCase (random: Random, name: string): string {
  return random.weighted([[3, name], [1, name.toLowerCase()], [1, name.toUpperCase()]])
}

function hopLines (random: Random): [string, string][] {
  const name = random.of(hopByHop)
  return name === 'Connection' || name === 'X-Hop' ? [['Connection', 'close, X-Hop'], ['X-Hop', '1']] : [[name, name === 'TE' ? 'trailers' : 'x']]
}
