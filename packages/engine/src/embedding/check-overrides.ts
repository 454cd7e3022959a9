import type { Endpoint } from '@floodgate/core'
import { isObject, suggestName } from '@floodgate/settings'
import type { EndpointOverrides, RouteDescription } from './endpoint-overrides.ts'
import { findEndpoints, nameOf } from './find-endpoint.ts'

export type OverridesByName = Readonly<Record<string, EndpointOverrides>>

export interface FoundOverrides {
  readonly byEndpoint: ReadonlyMap<Endpoint, EndpointOverrides>
  /** What is wrong with them, a sentence each. */
  readonly wrong: readonly string[]
}

/** What an override must be, in words and as a test. */
interface OptionCheck {
  readonly expected: string
  readonly fits: (value: any) => boolean
}

const isFlag: OptionCheck = { expected: 'true or false', fits: (value: unknown) => typeof value === 'boolean' }
const isText: OptionCheck = { expected: 'a text', fits: (value: unknown) => typeof value === 'string' }
const isFunction: OptionCheck = { expected: 'a function', fits: (value: unknown) => typeof value === 'function' }
const isHook: OptionCheck = {
  expected: 'a function, or a list of them',
  fits: (value: unknown) => [value].flat().every((hook) => typeof hook === 'function')
}
const isCount: OptionCheck = { expected: 'a whole number', fits: (value: unknown) => Number.isInteger(value) && Number(value) >= 0 }

const checks: Readonly<Record<keyof EndpointOverrides, OptionCheck>> = {
  onRequest: isHook,
  preHandler: isHook,
  schema: { expected: 'an object with hide, tags, summary, description, operationId or deprecated', fits: isObject },
  getUpstream: isFunction,
  rewriteRequestHeaders: isFunction,
  rewriteHeaders: isFunction,
  queryString: { expected: 'a function, or an object of parameters', fits: (value) => typeof value === 'function' || isObject(value) },
  method: { expected: 'a method, such as "POST"', fits: (value) => typeof value === 'string' && /^[A-Z]+$/.test(value) },
  body: {
    expected: 'null, a text, or what can be written as JSON',
    fits: (value) => typeof value !== 'function' && typeof value !== 'symbol' && typeof value?.pipe !== 'function'
  },
  contentType: { expected: 'a media type', fits: (value) => typeof value === 'string' && /^[\x20-\x7e]+$/.test(value) },
  onResponse: isFunction,
  onError: isFunction,
  retryDelay: isFunction,
  retriesCount: isCount,
  maxRetriesOn503: isCount,
  rewriteResponse: isFunction
}

const descriptionChecks: Readonly<Record<keyof RouteDescription, OptionCheck>> = {
  hide: isFlag,
  tags: { expected: 'a list of texts', fits: (value) => Array.isArray(value) && value.every((tag) => typeof tag === 'string') },
  summary: isText,
  description: isText,
  operationId: isText,
  deprecated: isFlag
}

/** First parameters that only functions written for earlier versions of the gateway have, and what is to be written. */
const formerParameters: Readonly<Record<string, readonly [named: RegExp, instead: string]>> = {
  rewriteRequestHeaders: [/^headers?$/i, 'its parameters are (request, headers), as in @fastify/reply-from'],
  onResponse: [
    /^(?:response|answer|res)$/i,
    'its parameters are (request, reply, response), as in @fastify/reply-from, and it sends the answer itself: reply.send(response.stream); what returns a changed response is "rewriteResponse"'
  ]
}

/**
 * Finds the overrides of each endpoint, and what is wrong with them: names of endpoints and of overrides, values, functions
 * with the parameters of earlier versions.
 *
 * @param elsewhere overrides that the plugin does not serve, and why
 */
export function findOverrides (
  overrides: OverridesByName,
  endpoints: readonly Endpoint[],
  elsewhere: Readonly<Partial<Record<keyof EndpointOverrides, string>>>
): FoundOverrides {
  const byEndpoint = new Map<Endpoint, EndpointOverrides>()
  const wrong: string[] = []
  for (const [name, changes] of Object.entries(overrides)) {
    const named = findEndpoints(endpoints, name)
    if (named.length === 0) {
      wrong.push(`"overrides": the configuration has no endpoint "${name}": ${suggestName(name, namesLike(name, endpoints))}`)
    }
    if (!isObject(changes)) { wrong.push(`"overrides" of "${name}" must be an object: { onResponse, … }`); continue }
    wrong.push(
      ...Object.entries(changes).flatMap(
        ([key, value]) => value === undefined ? [] : checkOption(key, value, elsewhere)
      ).map((what) => `"overrides" of "${name}": ${what}`)
    )
    for (const endpoint of named) byEndpoint.set(endpoint, { ...byEndpoint.get(endpoint), ...changes })
  }
  return { byEndpoint, wrong }
}

/** Paths for a path, otherwise methods and paths; of very many endpoints the first. */
function namesLike (name: string, endpoints: readonly Endpoint[]): string[] {
  return [...new Set(endpoints.slice(0, 1000).map((endpoint) => name.startsWith('/') ? endpoint.path : nameOf(endpoint)))]
}

function checkOption (name: string, value: unknown, elsewhere: Readonly<Record<string, string>>): string[] {
  const known = Object.keys(checks).filter((one) => elsewhere[one] === undefined)
  if (!Object.hasOwn(checks, name)) return [`there is no override "${name}": ${suggestName(name, known)}`]
  if (elsewhere[name] !== undefined) return [`"${name}" ${elsewhere[name]}`]
  const { expected, fits } = checks[name as keyof EndpointOverrides]
  if (!fits(value)) return [`"${name}" must be ${expected}`]
  if (name === 'schema') return checkDescription(value as object)
  const former = formerParameters[name]
  const first = former === undefined ? null : firstParameter(value as () => unknown)
  return former === undefined || first === null || !former[0].test(first)
    ? []
    : [`the first parameter of "${name}" is called "${first}": ${former[1]}`]
}

/** Other parts of a schema would make Fastify validate bodies that it does not read. */
function checkDescription (schema: object): string[] {
  return Object.entries(schema).flatMap(([name, value]) => {
    if (value === undefined) return []
    if (!Object.hasOwn(descriptionChecks, name)) return [`"schema" has no "${name}": ${suggestName(name, Object.keys(descriptionChecks))}`]
    const { expected, fits } = descriptionChecks[name as keyof RouteDescription]
    return fits(value) ? [] : [`"schema.${name}" must be ${expected}`]
  })
}

/** As it is written; null where that cannot be told. */
function firstParameter (written: () => unknown): string | null {
  const text = Function.prototype.toString.call(written)
  return (/^(?:async\s+)?([\w$]+)\s*=>/.exec(text) ?? /^[^(]*\(\s*([\w$]+)/.exec(text))?.[1] ?? null
}
