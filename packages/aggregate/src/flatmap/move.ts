import type { Edge, Node } from './node.ts'

interface Candidate {
  node: Node
  /** Labels of the path from the root, for every `*` of the source. */
  path: readonly string[]
}

/**
 * Moves a value from one path to another, as the reference does: a path of the same length renames it in place, a
 * shorter one moves it up (a `*` is replaced by the label where the value came from), a longer one moves it down and
 * creates the objects on the way.
 */
export function move (root: Node, source: readonly string[], target: readonly string[]): void {
  const label = source.at(-1)!
  const candidates = findParents(root, source)
  if (source.length === target.length) {
    for (const { node } of candidates) {
      const edge = node.edges.find((edge) => edge.label === label)
      if (edge !== undefined) edge.label = target.at(-1)!
    }
    return
  }
  for (const { parent, path, edge } of detach(candidates, label)) {
    if (source.length > target.length) lift(root, edge, path, target)
    else lower(parent, edge, target.slice(source.length - 1))
  }
}

function findParents (root: Node, source: readonly string[]): Candidate[] {
  let candidates: Candidate[] = [{ node: root, path: [] }]
  for (const step of source.slice(0, -1)) {
    candidates = candidates.flatMap(({ node, path }) => {
      const edges = step === '*' ? node.edges : node.edges.filter(({ label }) => label === step).slice(0, 1)
      return edges.map((edge) => ({ node: edge.node, path: [...path, edge.label] }))
    })
  }
  return candidates
}

/** Removes all edges before inserting any. */
function detach (candidates: readonly Candidate[], label: string): { parent: Node, path: readonly string[], edge: Edge }[] {
  return candidates.flatMap(({ node, path }) => {
    const index = node.edges.findIndex((edge) => edge.label === label)
    return index < 0 ? [] : [{ parent: node, path, edge: node.edges.splice(index, 1)[0]! }]
  })
}

function lift (root: Node, edge: Edge, path: readonly string[], target: readonly string[]): void {
  let parent = root
  for (const [index, step] of target.slice(0, -1).entries()) {
    const next = parent.child(step === '*' ? path[index]! : step)
    if (next === undefined) break // it stays with the last existing parent
    parent = next
  }
  parent.edges.push({ label: target.at(-1)!, node: edge.node })
}

function lower (from: Node, edge: Edge, target: readonly string[]): void {
  let parent = from
  for (const step of target.slice(0, -1)) {
    let next = parent.child(step)
    if (next === undefined) {
      parent.add([step], null)
      next = parent.child(step)!
    }
    parent = next
  }
  parent.edges.push({ label: target.at(-1)!, node: edge.node })
}
