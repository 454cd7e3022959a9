import type { Place } from '@floodgate/core'
import { isDynamicPlaceholder } from '../namespaces/enterprise.ts'
import type { Report } from '../locate/problem.ts'

/** A parameter at the start of a path segment: the form that the reference accepts without `disable_rest`. */
const segmentParam = /\/\{([\w-]+)\}/g

/** Any `{name}`: in backends, and in endpoints with `disable_rest`. */
const anyParam = /\{([\w\-.:/]+)\}/g

/**
 * `{resp0_field}` of a sequence and the values of the request (`{JWT.claim}`, `{input_headers.X}`) come from elsewhere
 * than the path.
 */
const fromElsewhere = /^(?:resp\d+_.+)?(?:(?:JWT|input_headers|input_query_strings)\.[\w\-.:/]+)?$/

/** Returns the names of the parameters in an endpoint's path. */
export function pathParams (path: string, disableRest: boolean): string[] {
  return [...path.matchAll(disableRest ? anyParam : segmentParam)].map((match) => match[1]!)
}

/** Checks that the endpoint's path has every parameter that a backend's `url_pattern` uses. */
export function checkUrlPattern (urlPattern: string, params: readonly string[], endpoint: string, place: Place, report: Report): void {
  const used = new Set([...urlPattern.matchAll(anyParam)].map((match) => match[1]!))
  const dynamic = [...used].filter(isDynamicPlaceholder)
  if (dynamic.length > 0) {
    report({
      severity: 'error',
      code: 'enterprise-feature',
      place,
      value: urlPattern,
      message: `${dynamic.map((name) => `{${name}}`).join(', ')}: an address takes no such value`,
      instead: 'use {input_headers.NAME}, {input_query_strings.NAME}, {JWT.CLAIM}, or a parameter of the endpoint\'s path'
    })
  }
  for (const name of used) {
    if (dynamic.includes(name) || params.includes(name) || fromElsewhere.test(name)) continue
    report({
      severity: 'error',
      code: 'undefined-param',
      place,
      value: urlPattern,
      message: `undefined output param ${JSON.stringify(name)}: the endpoint ${endpoint} ${params.length === 0 ? 'has no params' : `has only ${params.map((param) => `{${param}}`).join(', ')}`}`,
      nearest: { word: name, among: params }
    })
  }
}

/** Returns the sequence steps whose fields a `url_pattern` uses. */
export function sequenceSteps (urlPattern: string): number[] {
  return [...urlPattern.matchAll(/\{resp(\d+)_[^}]+\}/g)].map((match) => Number(match[1]))
}
