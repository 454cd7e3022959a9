import { setKey } from '@floodgate/core'
import { isObject } from './target.ts'

type Data = Record<string, unknown>

/** Keys to keep: null keeps the whole value, a tree keeps the named parts of an object. */
export type Tree = Map<string, Tree | null>

/**
 * Creates the filter that keeps only the fields at these dotted paths. Paths descend into objects only, not lists; if a
 * field and a field below it are listed, the later one is used; objects that become empty are removed.
 */
export function createAllow (paths: readonly string[]): (data: Data) => Data {
  const tree = plantTree(paths)
  return (data) => keep(data, tree) ?? {}
}

/** Parses dotted paths. */
export function plantTree (paths: readonly string[]): Tree {
  const tree: Tree = new Map()
  for (const path of paths) {
    const keys = path.split('.')
    const last = keys.pop()!
    let branch = tree
    for (const key of keys) {
      let next = branch.get(key)
      if (!next) branch.set(key, next = new Map())
      branch = next
    }
    branch.set(last, null)
  }
  return tree
}

function keep (data: Data, tree: Tree): Data | null {
  let kept: Data | null = null
  for (const [key, branch] of tree) {
    if (!Object.hasOwn(data, key)) continue
    let value = data[key]
    if (branch !== null) {
      value = isObject(value) ? keep(value, branch) : null
      if (value === null) continue
    }
    setKey(kept ??= {}, key, value)
  }
  return kept
}
