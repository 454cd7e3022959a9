import { GoRegexp } from '@floodgate/go/regexp'
import { createLookup, listRoutes, receives, rewritePaths } from '@floodgate/router'
import type { Feature, FeatureContext } from '@floodgate/core'
import { serverNamespace } from '../plugin-settings.ts'
import { createRewrite } from './rewrite.ts'
import { plugin, type RewriteSettings } from './settings.ts'

/** The points where the plugin attaches: none but the routing of the service. */
export const feature: Partial<Feature> = {
  setup (context) {
    const settings = context.model.extra[serverNamespace] as RewriteSettings | undefined
    if (settings === undefined) return
    const { name: names = [], [plugin]: rules } = settings
    const at = ['extra_config', serverNamespace, plugin]
    if (!names.includes(plugin)) {
      context.warning(at, `has no effect: add ${JSON.stringify(plugin)} to "name"`)
      return
    }
    const { literal = {}, regexp = [] } = rules ?? {}
    if (Object.keys(literal).length + regexp.length === 0) {
      context.warning(rules === undefined ? ['extra_config', serverNamespace, 'name'] : at, 'rewrites nothing: add "literal" or "regexp"')
      return
    }
    checkTargets(literal, context)
    const compiled = regexp.flatMap(([source, replacement], i) => {
      try {
        return [{ expression: new GoRegexp(source), replacement }]
      } catch (error) {
        context.problem([...at, 'regexp', i, 0], `not an expression in Go's syntax: ${(error as Error).message}`)
        return []
      }
    })
    if (!receives(context.scope.server)) {
      context.warning(at, 'applies only to requests that no route of the app matches, with the option "notFound": "gateway": the app\'s own router comes first')
    }
    rewritePaths(context.model, createRewrite({ literal: new Map(Object.entries(literal)), regexp: compiled }))
  }
}

/** A path that no endpoint serves would be answered 404. */
function checkTargets (literal: Readonly<Record<string, string>>, { model, warning }: FeatureContext): void {
  const lookup = createLookup(model, listRoutes(model))
  for (const [from, to] of Object.entries(literal)) {
    const place = ['extra_config', serverNamespace, plugin, 'literal', from]
    if (!from.startsWith('/')) warning(place, 'matches nothing: paths begin with "/"')
    else if (lookup('GET', encodeURI(to)).kind === 'unknown') warning(place, `no endpoint has the path ${JSON.stringify(to)}: requests for ${JSON.stringify(from)} are answered 404`)
  }
}
