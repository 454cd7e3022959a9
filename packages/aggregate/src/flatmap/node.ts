import { setKey } from '@floodgate/core'
import { isObject } from '../shape/target.ts'

export interface Edge { label: string, node: Node }

/** From this number of children on, an index is used to find one. */
const MANY = 16

/**
 * A document as the tree the reference works on: keys and list positions are labels of edges, in order. A node expands
 * its value only when it is visited, so that untouched branches cost nothing.
 *
 * The quirks of the tree are visible to users of the reference: a list keeps its labels when elements are removed (it
 * is only renumbered when it is written), and a node that has lost all its children is null.
 */
export class Node {
  #value: unknown
  #edges: Edge[] | null = null
  /** Children by label, the first of each, while they are not changed from outside; built at the first search among many. */
  #index: Map<string, Node> | null = null
  #isList = false

  constructor (value: unknown) {
    this.#value = value
  }

  /** The children, to be changed in place. */
  get edges (): Edge[] {
    this.#index = null
    return this.#open()
  }

  #open (): Edge[] {
    if (this.#edges === null) {
      const value = this.#value
      this.#value = null
      this.#edges = []
      this.#take(value, this.#edges)
    }
    return this.#edges
  }

  child (label: string): Node | undefined {
    const edges = this.#open()
    if (edges.length < MANY) return edges.find((edge) => edge.label === label)?.node
    if (this.#index === null) {
      this.#index = new Map()
      for (const { label, node } of edges) if (!this.#index.has(label)) this.#index.set(label, node)
    }
    return this.#index.get(label)
  }

  /** Sets a value at a path: existing objects and lists keep their children. */
  add (path: readonly string[], value: unknown): void {
    const [label, ...rest] = path
    if (label === undefined) {
      if (this.#edges !== null || value !== this.#value) this.#take(value, this.#open())
      return
    }
    const child = this.child(label)
    if (child !== undefined) {
      child.add(rest, value)
    } else {
      const node = new Node(rest.length === 0 ? value : null)
      this.#open().push({ label, node })
      this.#index?.set(label, node)
      if (rest.length > 0) node.add(rest, value)
    }
  }

  /** Removes the value at a path; `*` matches every child. */
  remove (path: readonly string[], from = 0): void {
    const label = path[from]
    if (label === undefined || this.edges.length === 0) return
    const last = from === path.length - 1
    if (label === '*') {
      if (last) this.edges.length = 0
      else for (const { node } of this.edges) node.remove(path, from + 1)
      return
    }
    const index = this.edges.findIndex((edge) => edge.label === label)
    if (index < 0) return
    if (last) this.edges.splice(index, 1)
    else this.edges[index]!.node.remove(path, from + 1)
  }

  /** Returns the value at a path, a list of them if the path has a `*`; null if there is none. */
  get (path: readonly string[], from = 0): unknown {
    const label = path[from]
    if (label === undefined) return this.toValue()
    if (label === '*') return this.edges.length === 0 ? null : this.edges.map(({ node }) => node.get(path, from + 1))
    return this.child(label)?.get(path, from + 1) ?? null
  }

  toValue (): unknown {
    if (this.#edges === null || this.#edges.length === 0) return this.#value
    if (this.#isList) return this.#edges.map(({ node }) => node.toValue())
    const object: Record<string, unknown> = {}
    for (const { label, node } of this.#edges) setKey(object, label, node.toValue())
    return object
  }

  /** Expands a value into children; a value without children is kept as it is. */
  #take (value: unknown, edges: Edge[]): void {
    this.#isList = Array.isArray(value)
    const labels = this.#isList || isObject(value) ? Object.keys(value as object) : []
    if (labels.length === 0) this.#value = value
    const fresh = edges.length === 0
    for (const label of labels) {
      const item = (value as Record<string, unknown>)[label]
      if (fresh) edges.push({ label, node: new Node(item) })
      else this.add([label], item)
    }
  }
}
