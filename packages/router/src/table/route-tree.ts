import { escapeText, valueExpression, type ParamSegment } from './route-pattern.ts'
import type { Route } from './route-table.ts'

/** A route and the values of its parameters, in the order of its pattern's names. */
export interface Match {
  readonly route: Route
  readonly values: readonly string[]
}

/** Finds routes of one method by decoded paths. */
export interface RouteTree {
  find (path: string): Match | null
  /** Returns the correct path: with another case, or one more or less trailing slash. Null if there is none. */
  findSpelling (path: string): string | null
}

interface Node {
  /** The literal segment that leads here, as written. */
  readonly text: string
  readonly fixed: Map<string, Node>
  /** The same in lower case. */
  readonly folded: Map<string, Node[]>
  readonly params: ParamBranch[]
  route: Route | null
  /** Any path below. */
  rest: Route | null
}

interface ParamBranch {
  readonly texts: readonly string[]
  readonly expression: RegExp
  readonly folded: RegExp
  readonly next: Node
}

/**
 * Creates the tree of a method's routes. A literal segment takes precedence over a parameter, a longer text before a
 * parameter over a shorter one, and a wildcard comes last; if a branch does not match, the next one is tried. A
 * parameter may be empty, but not at the end of the path.
 */
export function createRouteTree (routes: readonly Route[]): RouteTree {
  const root = newNode('')
  for (const route of routes) insert(root, route)
  return {
    find (path) {
      const values: string[] = []
      const route = descend(root, splitPath(path), 0, values)
      return route === null ? null : { route, values }
    },
    findSpelling (path) {
      const segments = splitPath(path)
      const other = segments.at(-1) !== '' ? [...segments, ''] : segments.length > 1 ? segments.slice(0, -1) : null
      return spell(root, segments, 0) ?? (other === null ? null : spell(root, other, 0))
    }
  }
}

function insert (root: Node, route: Route): void {
  let node = root
  for (const segment of route.pattern.segments) node = typeof segment === 'string' ? fixedBranch(node, segment) : paramBranch(node, segment)
  if (route.pattern.wildcard) node.rest ??= route
  else node.route ??= route
}

function fixedBranch (node: Node, text: string): Node {
  const known = node.fixed.get(text)
  if (known !== undefined) return known
  const next = newNode(text)
  const folded = text.toLowerCase()
  node.fixed.set(text, next)
  node.folded.set(folded, [...node.folded.get(folded) ?? [], next])
  return next
}

function paramBranch (node: Node, { texts }: ParamSegment): Node {
  const known = node.params.find((branch) => branch.texts.join('{}') === texts.join('{}'))
  if (known !== undefined) return known.next
  const expression = expressionOf(texts)
  const branch = { texts, expression, folded: new RegExp(expression, 'i'), next: newNode('') }
  node.params.push(branch)
  node.params.sort((a, b) => b.texts[0]!.length - a.texts[0]!.length || b.texts.join('').length - a.texts.join('').length)
  return branch.next
}

function expressionOf ([first = '', ...others]: readonly string[]): RegExp {
  const values = others.map((text, i) => {
    const isLast = i === others.length - 1
    return (isLast && text === '' ? '([\\s\\S]*)' : valueExpression(text, isLast)) + escapeText(text)
  })
  return new RegExp(`^${escapeText(first)}${values.join('')}$`)
}

function descend (node: Node, segments: readonly string[], at: number, values: string[]): Route | null {
  if (at === segments.length) return node.route
  const segment = segments[at]!
  const fixed = node.fixed.get(segment)
  const found = fixed === undefined ? null : descend(fixed, segments, at + 1, values)
  if (found !== null) return found
  const known = values.length
  for (const { expression, next } of node.params) {
    const match = valuesOf(expression, segment, at === segments.length - 1)
    if (match === null) continue
    values.push(...match)
    const found = descend(next, segments, at + 1, values)
    if (found !== null) return found
    values.length = known
  }
  if (node.rest !== null) values.push(segments.slice(at).join('/'))
  return node.rest
}

function spell (node: Node, segments: readonly string[], at: number): string | null {
  if (at === segments.length) return node.route === null ? null : ''
  const segment = segments[at]!
  for (const next of node.folded.get(segment.toLowerCase()) ?? []) {
    const rest = spell(next, segments, at + 1)
    if (rest !== null) return `/${next.text}${rest}`
  }
  for (const { texts, folded, next } of node.params) {
    const values = valuesOf(folded, segment, at === segments.length - 1)
    const rest = values === null ? null : spell(next, segments, at + 1)
    if (rest !== null) return `/${texts.map((text, i) => i === 0 ? text : values![i - 1]! + text).join('')}${rest}`
  }
  return node.rest === null ? null : `/${segments.slice(at).join('/')}`
}

function valuesOf (expression: RegExp, segment: string, isLast: boolean): string[] | null {
  const values = expression.exec(segment)?.slice(1) ?? null
  return isLast && values?.at(-1) === '' ? null : values
}

/** Splits a path at its slashes: `/a/` is `a` and an empty segment. */
function splitPath (path: string): string[] {
  return path.slice(1).split('/')
}

function newNode (text: string): Node {
  return { text, fixed: new Map(), folded: new Map(), params: [], route: null, rest: null }
}
