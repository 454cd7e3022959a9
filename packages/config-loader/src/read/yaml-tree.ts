import { setKey } from '@floodgate/core'
import type * as Yaml from 'yaml'
import type { TextEntry, TextNode } from './source.ts'

/** YAML that is not valid as a configuration, and its position. */
export class YamlFault extends Error {
  readonly offset: number

  constructor (message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}

/** A parsed document. */
export interface YamlTree {
  readonly node: TextNode | null
  readonly value: unknown
}

type Item = Yaml.Node | Yaml.Pair | null | undefined

/** One node: its offsets, its value, and its number of values, including itself. */
interface Read {
  readonly node: TextNode
  readonly value: unknown
  readonly size: number
}

/** Largest number of values of a document, including those of aliases. */
const maxValues = 1_000_000

/**
 * Reads a YAML document in one pass: an alias has the value of the last anchor with its name before it, `<<` adds the
 * keys that its mapping does not have itself. The library's own way searches the whole document for each alias,
 * compares each key with all before it, and treats a hundred aliases as an attack.
 *
 * @throws {YamlFault} an alias without an anchor before it, or inside of it; a duplicate key; more values than the
 * limit
 */
export function readYamlTree ({ isAlias, isMap, isPair, isScalar, isSeq, Scalar }: typeof Yaml, root: Yaml.Node | null): YamlTree {
  /** null while it is being read. */
  const anchors = new Map<string, Read | null>()
  let count = 0
  if (root === null) return { node: null, value: null }
  return read(root, 0)

  function take (size: number, offset: number): void {
    count += size
    if (count > maxValues) throw new YamlFault(`there are more than ${maxValues} values, including those of aliases`, offset)
  }

  /** @param offset its position if the node has none */
  function read (item: Item, offset: number): Read {
    if (isAlias(item)) return readAlias(item)
    const before = count
    const start = isPair(item) ? offset : item?.range?.[0] ?? offset
    take(1, start)
    const anchor = isMap(item) || isSeq(item) || isScalar(item) ? item.anchor : undefined
    if (anchor !== undefined) anchors.set(anchor, null)
    const { node, value } = isMap(item)
      ? readMap(item.items, item.range!)
      : isPair(item)
        ? readMap([item], [start, start])
        : isSeq(item)
          ? readList(item)
          : readScalar(item, start)
    const made = { node, value, size: count - before }
    if (anchor !== undefined) anchors.set(anchor, made)
    return made
  }

  function readAlias (alias: Yaml.Alias): Read {
    const offset = alias.range?.[0] ?? 0
    const anchored = anchors.get(alias.source)
    if (anchored === undefined) throw new YamlFault(`there is no anchor &${alias.source} before the alias *${alias.source}`, offset)
    if (anchored === null) throw new YamlFault(`the alias *${alias.source} is inside the value of its own anchor`, offset)
    take(anchored.size, offset)
    return anchored
  }

  function readScalar (item: Item, start: number): Omit<Read, 'size'> {
    const value = isScalar(item) ? item.value : null
    return { node: { kind: 'scalar', start, end: isScalar(item) ? item.range?.[1] ?? start : start, value }, value }
  }

  function readList (list: Yaml.YAMLSeq): Omit<Read, 'size'> {
    const [start, end] = list.range!
    const items = list.items.map((item) => read(item as Item, start))
    return { node: { kind: 'list', start, end, items: items.map(({ node }) => node) }, value: items.map(({ value }) => value) }
  }

  function readMap (pairs: readonly Yaml.Pair[], [start, end]: readonly number[]): Omit<Read, 'size'> {
    const own = new Set<string>()
    const merged: TextEntry[] = []
    const entries: TextEntry[] = []
    const object: Record<string, unknown> = {}
    for (const pair of pairs) {
      const key = pair.key as Item
      const [from = start!, to = from] = (isPair(key) ? undefined : key?.range) ?? []
      if (isMerge(key)) {
        for (const source of sourcesOf(read(pair.value as Item, from!), from!)) merge(source)
        continue
      }
      const name = readKey(key, from!)
      if (own.has(name)) throw new YamlFault('Map keys must be unique', from!)
      own.add(name)
      const { node, value } = read(pair.value as Item, from!)
      entries.push({ key: name, start: from!, end: to!, value: node })
      setKey(object, name, value)
    }
    return { node: { kind: 'object', start: start!, end: end!, entries: [...merged, ...entries] }, value: object }

    function merge ({ node, value }: Read): void {
      for (const entry of (node as TextNode & { kind: 'object' }).entries) {
        if (Object.hasOwn(object, entry.key)) continue
        merged.push(entry)
        setKey(object, entry.key, (value as Record<string, unknown>)[entry.key])
      }
    }
  }

  function isMerge (key: Item): boolean {
    return isScalar(key) && key.source === '<<' && (key.type === undefined || key.type === Scalar.PLAIN)
  }

  /** Resolves a `<<`: a mapping, or a list of mappings. */
  function sourcesOf ({ node, value, size }: Read, offset: number): Read[] {
    if (node.kind === 'object') return [{ node, value, size }]
    if (node.kind !== 'list' || node.items.some(({ kind }) => kind !== 'object')) {
      throw new YamlFault('the value of "<<" must be a mapping or a list of mappings', offset)
    }
    return node.items.map((item, i) => ({ node: item, value: (value as unknown[])[i], size: 1 }))
  }

  function readKey (key: Item, offset: number): string {
    const { node, value } = read(key, offset)
    if (node.kind !== 'scalar') throw new YamlFault('a key is a mapping or a list: write a string', offset)
    return value === null || value === undefined ? '' : String(value)
  }
}
