import { setKey } from '@floodgate/core'
import { isObject } from './target.ts'

type Data = Record<string, unknown>

/** Keys to drop: null drops the whole value, a tree drops the named parts of an object. */
type Tree = Map<string, Tree | null>

/**
 * Creates the filter that drops the fields at these dotted paths. Paths descend into objects only; an object that
 * becomes empty is kept.
 */
export function createDeny (paths: readonly string[]): (data: Data) => Data {
  const tree: Tree = new Map()
  for (const path of paths) plant(tree, path.split('.'))
  return (data) => drop(data, tree)
}

function plant (tree: Tree, [key, ...rest]: readonly string[]): void {
  if (rest.length === 0) {
    tree.set(key!, null)
    return
  }
  let branch = tree.get(key!)
  if (branch === null) return // the whole value is dropped already
  if (branch === undefined) tree.set(key!, branch = new Map())
  plant(branch, rest)
}

/** Copies the remaining keys: objects that lost keys by `delete` are slow to serialize. */
function drop (data: Data, tree: Tree): Data {
  const rest: Data = {}
  for (const key of Object.keys(data)) {
    const branch = tree.get(key)
    if (branch === null) continue
    const value = data[key]
    setKey(rest, key, branch !== undefined && isObject(value) ? drop(value, branch) : value)
  }
  return rest
}
