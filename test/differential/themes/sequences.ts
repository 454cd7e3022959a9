import type { Random } from '../../attacks/random.mjs'
import { membersText } from '../draw/json.ts'
import { jsonRoute } from '../draw/route.ts'
import { maybe } from '../draw/some.ts'
import type { Theme } from '../theme.ts'

const names = ['id', 'name', 'n', 'ok', 'tags', 'deep', 'link']
const safe = ['7', '12345678901234567890', '1.50', '"abc"', '"x-y"', '"ü"', 'true', 'false', '["a","b"]', '[1,2]', '[]', '"a,b"', '"a%20b"', '"/path/to"', '{"id":1,"more":{"k":"v"}}', '"q?x=1"']

/** `proxy.sequential`: what of earlier answers stands in the next call, and what a failure leaves. */
export const sequences: Theme = {
  name: 'sequences',
  make (random, { prefix, host, dead }) {
    const count = random.between(2, 3)
    const failing = random.chance(0.25) ? random.between(0, count - 1) : -1
    const groups = Array.from({ length: count }, () => random.chance(0.2))
    const backend = Array.from({ length: count }, (_, i) => ({
      host: [i === failing && random.chance(0.3) ? dead : host],
      url_pattern: `${prefix}/up${i}${i === 0 ? random.of(['', '/{id}']) : reference(random, i, groups)}`,
      ...groups[i] && { group: `g${i}` },
      ...i < count - 1 && maybe(random, 0.15, () => ({ allow: ['id', 'deep', 'name'] }))
    }))
    const routes = Array.from({ length: count }, (_, i) => jsonRoute(random, `${prefix}/up${i}*`, answerText(random, i), i === failing ? { status: random.of([404, 500]) } : {}))
    return {
      endpoints: [{ endpoint: `${prefix}/{id}`, backend, extra_config: { proxy: { sequential: true } } }],
      routes,
      requests: [{ path: `${prefix}/${random.of(['1', 'abc', 'a%20b'])}` }],
      tags: [...failing >= 0 ? ['partial'] : []]
    }
  }
}

/** Keys of two answers never meet: who wins is another matter. */
function answerText (random: Random, i: number): string {
  return membersText(random, names.filter(() => random.chance(0.8)).map((name) => [i === 0 ? name : `${name}${i}`, random.of(safe)]))
}

function reference (random: Random, i: number, groups: readonly boolean[]): string {
  const from = random.between(0, i - 1)
  const name = random.of(['id', 'name', 'n', 'ok', 'tags', 'deep.id', 'deep.more.k', 'missing', 'link'])
  const [first, ...rest] = name.split('.')
  const key = [from === 0 ? first : `${first}${from}`, ...rest].join('.')
  const placeholder = `{resp${from}_${groups[from] ? `g${from}.` : ''}${key}}`
  return random.of([`/${placeholder}`, `?x=${placeholder}`, `/v-${placeholder}/more`, `/{id}/${placeholder}`])
}
