import type { SchemaNode } from '../evaluate/node.ts'

/**
 * Finds a schema that applies itself to the same value (`{"$ref": "#"}`), which would never end; null if there is none.
 * A schema may reference itself through properties and items, because documents are finite.
 */
export function findEndless (nodes: Iterable<SchemaNode>): SchemaNode | null {
  const done = new Set<SchemaNode>()
  const open = new Set<SchemaNode>()
  for (const start of nodes) {
    // Each with the schemas below it that remain to be visited.
    const stack: { node: SchemaNode, below: SchemaNode[] }[] = []
    const enter = (node: SchemaNode): boolean => {
      if (open.has(node)) return false
      if (!done.has(node)) {
        open.add(node)
        stack.push({ node, below: sameValue(node) })
      }
      return true
    }
    enter(start)
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.below.pop()
      if (next !== undefined) {
        if (!enter(next)) return next
        continue
      }
      stack.pop()
      open.delete(top.node)
      done.add(top.node)
    }
  }
  return null
}

/** Returns the schemas that a schema applies to its own value. */
function sameValue (node: SchemaNode): SchemaNode[] {
  const { ref, recursiveRef, dynamicRef, not, allOf = [], anyOf = [], oneOf = [], dependentSchemas = [], dependencies = [] } = node
  const below = [
    ref,
    recursiveRef,
    dynamicRef?.node,
    not,
    node.if,
    node.then,
    node.else,
    ...allOf,
    ...anyOf,
    ...oneOf,
    ...dependentSchemas.map(([, schema]) => schema),
    ...dependencies.map(({ needs }) => 'draft' in needs ? needs : undefined)
  ]
  return below.filter((node) => node !== undefined)
}
