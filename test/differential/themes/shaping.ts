import type { Random } from '../../attacks/random.mjs'
import { keyNames, listText, objectText } from '../draw/json.ts'
import { jsonRoute } from '../draw/route.ts'
import { maybe, some } from '../draw/some.ts'
import type { Theme } from '../theme.ts'

/** What a backend's answer is made into: target, allow, deny, mapping, group, lists, flatmap_filter. */
export const shaping: Theme = {
  name: 'shaping',
  make (random, { prefix, host }) {
    const collection = random.chance(0.2)
    const encoding = random.of(['json', 'json', 'safejson', 'fast-json'])
    const flatmap = random.chance(0.3)
    const backend = {
      host: [host],
      url_pattern: `${prefix}/up`,
      encoding,
      ...collection && { is_collection: true },
      ...maybe(random, 0.2, () => ({ target: random.of(['deep', 'user', 'user.deep', 'list', 'a', 'missing']) })),
      ...maybe(random, 0.45, () => ({ allow: paths(random, collection) })),
      ...maybe(random, 0.35, () => ({ deny: paths(random, collection) })),
      ...maybe(random, 0.4, () => ({ mapping: Object.fromEntries(some(random, collection ? ['collection'] : keyNames, 3, 1).map((key) => [key, random.of(['renamed', 'id', 'b', 'x.y', 'New'])])) })),
      ...maybe(random, 0.35, () => ({ group: random.of(['g', 'id', 'a']) })),
      ...flatmap && { extra_config: { proxy: { flatmap_filter: Array.from({ length: random.between(1, 3) }, () => operation(random, collection)) } } }
    }
    return {
      endpoints: [{ endpoint: `${prefix}/x`, ...random.chance(0.2) && { output_encoding: random.of(['json', 'json-collection', 'xml', 'negotiate']) }, backend: [backend] }],
      routes: [jsonRoute(random, `${prefix}/up`, collection ? listText(random) : objectText(random))],
      requests: [{ path: `${prefix}/x`, fine: true }]
    }
  }
}

function paths (random: Random, collection: boolean): string[] {
  return Array.from({ length: random.between(1, 4) }, () => collection ? random.of(['collection', 'collection.id', 'id']) : path(random))
}

function path (random: Random): string {
  return Array.from({ length: random.weighted([[5, 1], [3, 2], [1, 3]]) }, () => random.of(keyNames)).join('.')
}

function operation (random: Random, collection: boolean): object {
  const place = (): string => {
    const first = collection ? `collection.${random.of(['*', '0', '1'])}` : random.of(keyNames)
    return random.weighted([[3, `${first}.${random.of(keyNames)}`], [2, first], [2, `${first}.*.${random.of(keyNames)}`], [1, `${first}.0`], [1, `${first}.*`]])
  }
  const type = random.of(['move', 'del', 'append'])
  return { type, args: type === 'del' ? Array.from({ length: random.between(1, 2) }, place) : moves(random, place) }
}

/** Stars on both sides have to be as many: else the reference leaves the operation out. */
function moves (random: Random, place: () => string): string[] {
  const from = place()
  const last = from.lastIndexOf('.')
  return [from, random.chance(0.7) && last > 0 ? `${from.slice(0, last)}.${random.of(['moved', 'id'])}` : random.of(['moved', 'list', 'a'])]
}
