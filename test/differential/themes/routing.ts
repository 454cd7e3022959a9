import type { Random } from '../../attacks/random.mjs'
import { jsonRoute } from '../draw/route.ts'
import { maybe } from '../draw/some.ts'
import type { Theme } from '../theme.ts'

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
const words = ['a', 'b', 'item', 'Static', 'v1', 'x-y', 'z_1']
const values = ['1', 'abc', 'a', 'item', 'a%20b', '%C3%BC', 'a%2Fb', 'a%3Fb', 'a%23b', 'a%25b', '%zz', 'a:b', 'a;b', 'a,b', '%41', '..', '.', '%2e%2e', 'a+b', '*']

/** Which endpoint answers a path and method; what answers where none does. */
export const routing: Theme = {
  name: 'routing',
  root: (random) => {
    const router = {
      ...maybe(random, 0.2, () => ({ auto_options: true })),
      ...maybe(random, 0.25, () => ({ disable_redirect_trailing_slash: true })),
      ...maybe(random, 0.25, () => ({ disable_redirect_fixed_path: true })),
      ...maybe(random, 0.2, () => ({ disable_handle_method_not_allowed: true })),
      ...maybe(random, 0.15, () => ({ remove_extra_slash: true })),
      ...maybe(random, 0.15, () => ({ disable_path_decoding: true })),
      ...maybe(random, 0.15, () => ({ error_body: { 404: { error: 'none', more: '<&>' }, 405: { error: 'method' } } })),
      ...maybe(random, 0.2, () => ({ hide_version_header: true }))
    }
    return Object.keys(router).length > 0 ? { extra_config: { router } } : {}
  },
  make (random, { prefix, host, root }) {
    const patterns = Array.from({ length: random.between(1, 5) }, () => pattern(random))
    const used = new Set<string>()
    const endpoints = patterns.flatMap((path) => {
      const method = random.of(methods)
      if (used.has(`${method} ${path}`)) return []
      used.add(`${method} ${path}`)
      const params = [...path.matchAll(/\{\w+\}/g)].map(([param]) => param)
      return [{
        endpoint: `${prefix}${path}`,
        ...random.chance(0.8) || method !== 'GET' ? { method: random.chance(0.1) ? method.toLowerCase() : method } : {},
        backend: [{ host: [host], url_pattern: `${prefix}/up${used.size}${params.map((param) => `/${param}`).join('')}`, method: 'GET' }]
      }]
    })
    const requests = Array.from({ length: random.between(2, 6) }, () => ({
      method: random.weighted([[4, random.of(endpoints).method?.toUpperCase() ?? 'GET'], [2, 'GET'], [1, random.of([...methods, 'HEAD', 'OPTIONS'])]]),
      path: changed(random, prefix + fill(random, random.of(patterns)))
    }))
    const { extra_config: { router = {} } = {} } = root as { extra_config?: { router?: Record<string, unknown> } }
    return {
      endpoints,
      routes: [jsonRoute(random, `${prefix}/*`, '{"from":"up"}')],
      requests,
      tags: ['routing', ...router['remove_extra_slash'] ? ['remove_extra_slash'] : [], ...router['disable_path_decoding'] ? ['undecoded'] : []]
    }
  }
}

/** Of one to three segments. A parameter is named for its depth: two names at one place stop the reference. */
function pattern (random: Random): string {
  const segments = Array.from({ length: random.between(1, 3) }, (_, depth) => random.chance(0.35) ? `{p${depth}}` : random.of(words))
  return `/${segments.join('/')}${random.chance(0.08) ? '/' : ''}`
}

function fill (random: Random, path: string): string {
  return path.replace(/\{\w+\}/g, () => random.of(values))
}

function changed (random: Random, path: string): string {
  return random.weighted<() => string>([
    [10, () => path],
    [1.5, () => path.endsWith('/') ? path.slice(0, -1) : `${path}/`],
    [1, () => path.replace(/\/(?=[^/]+$)/, '//')],
    [1, () => path.toUpperCase().replace(/^\/C/, '/c')],
    [1, () => `${path}/more`],
    [0.7, () => path.replace(/[^/]+$/, 'none')],
    [0.5, () => path.replace(/\/(?=[^/]+$)/, '/./')],
    [0.5, () => path.replace(/\/(?=[^/]+$)/, '/w/../')],
    [0.7, () => `${path}?a=1&b=%20`],
    [0.3, () => `/${path}`],
    [0.3, () => `${path}//`]
  ])()
}
