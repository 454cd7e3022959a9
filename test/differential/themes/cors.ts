import type { Random } from '../../attacks/random.mjs'
import type { Line } from '../observation.ts'
import { jsonRoute } from '../draw/route.ts'
import { maybe, some } from '../draw/some.ts'
import type { Theme } from '../theme.ts'

const origins = ['http://a.test', 'https://b.test:8443', 'http://*.c.test', '*']
const sent = ['http://a.test', 'https://b.test:8443', 'http://x.c.test', 'http://evil.test', 'null', 'HTTP://A.TEST', '']
const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD']
const headers = ['X-One', 'Content-Type', 'Authorization', 'Accept', '*']

/** `security/cors`: preflights and what other requests get. */
export const cors: Theme = {
  name: 'cors',
  root: (random) => ({
    extra_config: {
      'security/cors': {
        ...maybe(random, 0.85, () => ({ allow_origins: some(random, origins, 3, 1) })),
        ...maybe(random, 0.7, () => ({ allow_methods: some(random, methods, 4, 1) })),
        ...maybe(random, 0.7, () => ({ allow_headers: some(random, headers, 3, 1) })),
        ...maybe(random, 0.4, () => ({ expose_headers: some(random, ['X-Total', 'Etag', 'Content-Length'], 2, 1) })),
        ...maybe(random, 0.4, () => ({ allow_credentials: true })),
        ...maybe(random, 0.4, () => ({ max_age: random.of(['12h', '90s', '0s']) })),
        ...maybe(random, 0.15, () => ({ options_success_status: 200 })),
        ...maybe(random, 0.15, () => ({ allow_private_network: true }))
      },
      ...maybe(random, 0.2, () => ({ router: { auto_options: true } }))
    }
  }),
  make (random, { prefix, host }) {
    const noop = random.chance(0.4)
    const method = random.of(['GET', 'POST', 'DELETE'])
    return {
      endpoints: [{
        endpoint: `${prefix}/x`,
        method,
        ...noop && { output_encoding: 'no-op' },
        ...maybe(random, 0.3, () => ({ input_headers: ['Origin'] })),
        backend: [{ host: [host], url_pattern: `${prefix}/up` }]
      }],
      routes: [jsonRoute(random, `${prefix}/up`, '{"ok":1}', noop && random.chance(0.4) ? { headers: { 'content-type': 'application/json', vary: 'Accept', 'access-control-allow-origin': 'http://up.test' } } : {})],
      requests: Array.from({ length: random.between(2, 4) }, () => random.chance(0.5)
        ? { path: `${prefix}/${random.of(['x', 'x', 'none'])}`, method: 'OPTIONS', lines: preflight(random) }
        : { path: `${prefix}/${random.of(['x', 'x', 'x', 'none'])}`, method: random.chance(0.85) ? method : 'PUT', lines: origin(random) })
    }
  }
}

function origin (random: Random): Line[] {
  return random.chance(0.85) ? [['Origin', random.of(sent)]] : []
}

function preflight (random: Random): Line[] {
  return [
    ...origin(random),
    ...random.chance(0.85) ? [['Access-Control-Request-Method', random.of([...methods, 'get', 'TRACE'])] as Line] : [],
    ...random.chance(0.5) ? [['Access-Control-Request-Headers', random.of(['x-one', 'x-one,content-type', 'content-type, authorization', 'X-Other', 'accept', ''])] as Line] : [],
    ...random.chance(0.1) ? [['Access-Control-Request-Private-Network', 'true'] as Line] : []
  ]
}
