import type { Place } from '@floodgate/core'
import type { Report } from '../locate/problem.ts'

/** A route to be: what is compared to find those that cannot live together. */
export interface RouteToBe {
  readonly method: string
  readonly path: string
  readonly place: Place
}

interface Branch {
  route?: RouteToBe
  /** The parameter that may stand here, with the route that brought it. */
  param?: { readonly name: string, readonly route: RouteToBe, readonly next: Branch }
  readonly fixed: Map<string, Branch>
}

/**
 * Reports endpoints of one method that the reference's router takes only one of: the same path twice, and different
 * names for the parameter at the same place. Both positions are told.
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
        message: `${route.method} ${route.path} calls the parameter {${piece.param}} that ${branch.param.route.path} calls {${branch.param.name}}`,
        instead: `give the parameter one name in all ${route.method} endpoints that begin alike`,
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
      message: `${route.method} ${route.path} is there already`,
      instead: 'remove one of the two, or change its path or method',
      related: [branch.route.place]
    })
    return
  }
  branch.route = route
}

/** Fixed texts and parameters in turn. A fixed text ends at a parameter or a slash. */
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
