import type { Random } from '../../attacks/random.mjs'
import type { Route } from '../../conformance/suite.ts'
import { objectText } from '../draw/json.ts'
import { jsonRoute } from '../draw/route.ts'
import { maybe } from '../draw/some.ts'
import type { Theme } from '../theme.ts'

/** Keys of each backend: those of two never meet, unless the case is about that. */
const keysOf = [['a', 'b', 'c'], ['d', 'e', 'f'], ['g', 'h', 'i'], ['j', 'k', 'l']]

/** Several backends of an endpoint: what fails, what is late, what is made of the rest. */
export const merging: Theme = {
  name: 'merging',
  make (random, { prefix, host, dead }) {
    const count = random.weighted([[2, 1], [5, 2], [3, 3], [1, 4]])
    const collision = random.chance(0.12)
    const routes: Route[] = []
    let failing = false
    let shadow = false
    const encodings = encodingsOf(random, count)
    const backend = Array.from({ length: count }, (_, i) => {
      const path = `${prefix}/up${i}`
      const fails = random.chance(0.25)
      failing ||= fails
      const text = objectText(random, 1, collision ? keysOf[0] : keysOf[i]!)
      routes.push(fails ? failure(random, path, text) : jsonRoute(random, path, text, maybe(random, 0.1, () => ({ delay: random.between(1, 30) }))))
      const isShadow = i > 0 && random.chance(0.08)
      shadow ||= isShadow
      const proxy = { ...isShadow && { shadow: true } }
      const details = random.chance(0.15) ? { return_error_details: `b${i}` } : maybe(random, 0.1, () => ({ return_error_code: true }))
      const extra = { ...Object.keys(proxy).length > 0 && { proxy }, ...Object.keys(details).length > 0 && { 'backend/http': details } }
      return {
        host: [fails && random.chance(0.15) ? dead : host],
        url_pattern: path,
        ...maybe(random, 0.2, () => ({ group: random.of(['one', `g${i}`, `g${i}`]) === 'one' && !collision ? `g${i}` : `g${i}` })),
        ...encodings[i] !== undefined && { encoding: encodings[i] },
        ...Object.keys(extra).length > 0 && { extra_config: extra }
      }
    })
    const extra = {
      ...maybe(random, 0.05, (): object => ({ combiner: random.of(['default', 'unknown']) })),
      ...maybe(random, 0.25, (): object => ({ static: { strategy: random.of(['always', 'success', 'complete', 'errored', 'incomplete']), data: { fixed: true, n: 1, s: 'x' } } })),
      ...maybe(random, count > 1 ? 0.15 : 0, (): object => ({ flatmap_filter: [{ type: 'move', args: ['a', 'moved'] }, { type: 'del', args: ['d'] }] }))
    }
    return {
      endpoints: [{
        endpoint: `${prefix}/x`,
        timeout: '500ms',
        ...maybe(random, 0.2, () => ({ cache_ttl: '60s' })),
        ...maybe(random, 0.15, () => ({ output_encoding: random.of(['json-collection', 'negotiate', 'string']) })),
        backend,
        ...Object.keys(extra).length > 0 && { extra_config: { proxy: extra } }
      }],
      routes,
      requests: [{ path: `${prefix}/x`, fine: !failing, settle: shadow ? 60 : 0 }],
      tags: [...collision ? ['collision'] : [], ...failing ? ['partial'] : []]
    }
  }
}

/** The only backend decodes; a `string` one has a single key, which two of them would share. */
function encodingsOf (random: Random, count: number): (string | undefined)[] {
  const encodings = Array.from({ length: count }, () => count > 1 && random.chance(0.1) ? random.of(['string', 'safejson', 'no-op']) : undefined)
  return encodings.map((encoding, i) => encoding === 'string' && encodings.indexOf('string') < i ? undefined : encoding)
}

function failure (random: Random, path: string, text: string): Route {
  return random.weighted<() => Route>([
    [4, () => jsonRoute(random, path, text, { status: random.of([202, 302, 400, 401, 404, 418, 500, 503]) })],
    [1, () => ({ path, method: '*', headers: {}, status: random.of([204, 304]) })],
    [1, () => ({ path, method: '*', hangup: true })],
    [1, () => ({ path, method: '*', headers: { 'content-type': 'application/json' }, body: text, truncate: true })],
    [1, () => ({ path, method: '*', headers: { 'content-type': 'application/json' }, body: random.of(['', '[1]', 'no json', '{', 'null', '"x"']) })],
    [0.6, () => ({ path, method: '*', headers: { 'content-type': 'application/json' }, body: text, delay: 800 })]
  ])()
}
