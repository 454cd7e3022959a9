import type { FlatmapOperation } from '../settings.ts'
import { move } from './move.ts'
import { Node } from './node.ts'

type Data = Record<string, unknown>
type Operation = (root: Node) => void

/**
 * Creates the function that runs `flatmap_filter` operations on a document, in their order (KrakenD page "Flatmap").
 * Null if none of them has an effect; the function returns null if nothing of a document is left.
 */
export function createFlatmap (operations: readonly FlatmapOperation[] | undefined): ((data: Data | null) => Data | null) | null {
  const steps = (operations ?? []).flatMap((operation) => prepare(operation) ?? [])
  if (steps.length === 0) return null
  return (data) => {
    if (data === null) return null
    const root = new Node(data)
    for (const run of steps) run(root)
    return root.toValue() as Data | null
  }
}

function prepare ({ type, args }: FlatmapOperation): Operation | null {
  const paths = args.map((path) => path.split('.'))
  const [source, target] = paths
  if (type === 'del') return (root) => { for (const path of paths) root.remove(path) }
  if (source === undefined || target === undefined) return null
  if (type === 'move') return (root) => { move(root, source, target) }
  if (type === 'append') return (root) => { append(root, source, target) }
  return null
}

/** Appends the elements of one list to another; does nothing unless both exist. */
function append (root: Node, source: readonly string[], target: readonly string[]): void {
  const added = root.get(source)
  const before = root.get(target)
  if (!Array.isArray(added) || !Array.isArray(before)) return
  root.add(target, [...before, ...added])
  root.remove(source)
}
