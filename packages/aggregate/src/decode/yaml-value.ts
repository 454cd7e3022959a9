import { markNumber, setKey } from '@floodgate/core'
import type * as Yaml from 'yaml'
import { badAnswer, tooMuch } from '../errors.ts'
import { maxYamlValues } from './bounds.ts'

interface Anchored {
  readonly value: unknown
  /** Number of values in it, including itself. */
  readonly size: number
}

type Item = Yaml.Node | Yaml.Pair | null | undefined

/**
 * Converts a YAML document to plain values in one pass: each alias has the value of the last anchor with its name
 * before it. The library's own `toJS` searches the whole document for each alias.
 *
 * @throws {FG_ERR_AGGREGATE_DECODE} an alias without an anchor before it, a key twice in a mapping, or one that is not
 * a scalar
 * @throws {FG_ERR_AGGREGATE_DECODE} more values than the bounds allow, including those of aliases
 */
export function readYamlValue ({ isAlias, isMap, isPair, isScalar, isSeq }: typeof Yaml, root: Yaml.Node | null): unknown {
  const anchors = new Map<string, Anchored>()
  let count = 0

  function take (size: number): void {
    count += size
    if (count > maxYamlValues) throw tooMuch(`has more than ${maxYamlValues} values of YAML`)
  }

  function read (node: Item): unknown {
    if (isAlias(node)) {
      const anchored = anchors.get(node.source)
      if (anchored === undefined) {
        throw badAnswer(`the response of the backend is not valid YAML: there is no anchor before the alias *${node.source}`)
      }
      take(anchored.size)
      return anchored.value
    }
    const before = count
    take(1)
    const value = isMap(node)
      ? readMap(node.items)
      : isSeq(node)
        ? node.items.map((item) => read(item as Item))
        : isPair(node)
          ? readMap([node])
          : readScalar(node)
    const anchor = isMap(node) || isSeq(node) || isScalar(node) ? node.anchor : undefined
    if (anchor !== undefined) anchors.set(anchor, { value, size: count - before })
    return value
  }

  function readMap (pairs: readonly Yaml.Pair[]): Record<string, unknown> {
    const object: Record<string, unknown> = {}
    for (const { key, value } of pairs) {
      const name = readKey(key as Item)
      if (Object.hasOwn(object, name)) throw badAnswer('the response of the backend is not valid YAML: a mapping has a duplicate key')
      setKey(object, name, read(value as Item))
    }
    return object
  }

  function readKey (key: Item): string {
    const value = isScalar(key) ? key.value : read(key)
    if (isScalar(key) && key.anchor !== undefined) anchors.set(key.anchor, { value: readScalar(key), size: 1 })
    if (typeof value === 'object' && value !== null) {
      throw badAnswer('the response of the backend is YAML with a mapping or a list as a key, which is not supported')
    }
    return value === null || value === undefined ? '' : String(value)
  }

  function readScalar (node: Item): unknown {
    if (!isScalar(node)) return null
    const { value, source } = node
    if (typeof value === 'number') return readNumber(value, source ?? '')
    if (value instanceof Uint8Array) return Buffer.from(value).toString()
    return value instanceof Date ? value.toISOString() : value
  }

  return read(root)
}

/** As in Go, an integer of 64 bits keeps its digits, any other number is a double: `1.0` is 1. */
function readNumber (value: number, source: string): unknown {
  if (Number.isSafeInteger(value) || !/^[+-]?\d+$/.test(source)) return value
  const whole = BigInt(source)
  return whole >= -(2n ** 63n) && whole < 2n ** 64n ? markNumber(String(whole)) ?? value : value
}
