import type { Place } from '@floodgate/core'
import type { Report } from '../locate/problem.ts'

/** A route that is compared with others to find conflicts. */
export interface RouteToBe {
  readonly method: string
  readonly path: string
  readonly place: Place
}

interface Branch {
  route?: RouteToBe
  /** The parameter at this place, with the route that declared it. */
  param?: { readonly name: string, readonly route: RouteToBe, readonly next: Branch }
  readonly fixed: Map<string, Branch>
}

/**
 * Reports endpoints with one method that conflict in the reference's router: the same path twice, and different names
 * for the parameter at the same place. Both positions are reported.
 */
export function checkRouteConflicts (routes: readonly RouteToBe[], disableRest: boolean, report: Report): void {
  const trees = new Map<string, Branch>()
  for (const route of routes) {
    let branch = trees.get(route.method)
    if (branch === undefined) trees.set(route.method, branch = newBranch())
    insert(branch, route, disableRest, report)
  }
}

function insert (root: Branch, route: RouteToBe, disableRest: boolean, report: Report): void {
  let branch = root
  for (const piece of split(route.path, disableRest)) {
    if (piece.param === undefined) {
      let next = branch.fixed.get(piece.text)
      if (next === undefined) branch.fixed.set(piece.text, next = newBranch())
      branch = next
      continue
    }
    branch.param ??= { name: piece.param, route, next: newBranch() }
    if (branch.param.name !== piece.param) {
      report({
        severity: 'error',
        code: 'route-conflict',
        place: route.place,
        value: route.path,
        message: `${route.method} ${route.path} has the parameter {${piece.param}} where ${branch.param.route.path} has {${branch.param.name}}`,
        instead: `use the same parameter name in all ${route.method} endpoints with the same beginning`,
        related: [branch.param.route.place]
      })
      return
    }
    branch = branch.param.next
  }
  if (branch.route !== undefined) {
    report({
      severity: 'error',
      code: 'duplicate-route',
      place: route.place,
      value: route.path,
      message: `${route.method} ${route.path} is already defined`,
      instead: 'remove one of the two, or change its path or method',
      related: [branch.route.place]
    })
    return
  }
  branch.route = route
}

/** Alternating literal texts and parameters. A literal text ends at a parameter or a slash. */
function split (path: string, disableRest: boolean): { text: string, param?: string }[] {
  const pieces = path.split(disableRest ? /(\{[\w\-.:]+\}|\/)/ : /(?<=\/)(\{[\w-]+\})|(\/)/)
  return pieces.filter((piece) => piece !== undefined && piece !== '').map((text) => {
    const param = /^\{([\w\-.:]+)\}$/.exec(text)?.[1]
    return param === undefined ? { text } : { text, param }
  })
}

function newBranch (): Branch {
  return { fixed: new Map() }
}
