import { describeKind, findWrongHeaders, foreignFault, ignoreRejection, isThenable, toForeignFault } from '@floodgate/core'
import type { EndpointOverrides } from './endpoint-overrides.ts'

type Guarded = 'getUpstream' | 'queryString' | 'retryDelay' | 'rewriteHeaders' | 'rewriteRequestHeaders'

/** What is wrong with what a function returned; null if it can be used. */
type Check = (given: unknown) => string | null

const checks: Readonly<Record<Guarded, Check | null>> = {
  getUpstream: (given) => typeof given === 'string' && /^https?:\/\/\S+$/i.test(given) && URL.canParse(given)
    ? null
    : `gave ${describeText(given)}: the origin to call, such as "http://api:8080", is expected`,
  queryString: (given) => given === undefined || given === null || (typeof given === 'string' && /^[\x21-\x7e]*$/.test(given))
    ? null
    : `gave ${describeText(given)}: a query, encoded, is expected`,
  retryDelay: null,
  rewriteHeaders: (given) => findWrongHeaders(given),
  // A copy of the request is what a function returns that takes its parameters the other way round.
  rewriteRequestHeaders: (given) => typeof given === 'object' && given !== null && 'raw' in given && 'log' in given
    ? 'gave the request: its parameters are (request, headers)'
    : findWrongHeaders(given)
}

/**
 * Guards the functions of an endpoint's overrides that return something at once: what one throws, or returns instead of
 * header fields, an origin or a query, is a fault that names it. Header fields that are undefined are left out.
 *
 * @param where the endpoint: `GET /users/{id}`
 */
export function guardOverrides (overrides: EndpointOverrides, where: string): EndpointOverrides {
  const guarded: Record<string, unknown> = { ...overrides }
  for (const [name, check] of Object.entries(checks)) {
    const override = guarded[name]
    if (typeof override !== 'function') continue
    const foreign = { who: `the override ${name}`, where }
    guarded[name] = function guardedOverride (this: unknown, ...parameters: unknown[]): unknown {
      let given: unknown
      let wrong: string | null = null
      try {
        given = (override as (...parameters: unknown[]) => unknown).apply(this, parameters)
        if (check === null) return given
        ignoreRejection(given)
        if (isFields(given)) given = copyFields(given)
        wrong = check(given)
      } catch (thrown) {
        throw toForeignFault(foreign, thrown)
      }
      if (wrong !== null) throw foreignFault(foreign, wrong)
      return given
    }
  }
  return guarded as EndpointOverrides
}

function isFields (given: unknown): given is object {
  return typeof given === 'object' && given !== null && !isThenable(given) && !Array.isArray(given)
}

/** Getters are called once. */
function copyFields (fields: object): Record<string, unknown> {
  const copy: Record<string, unknown> = { ...fields }
  for (const name in copy) if (copy[name] === undefined) delete copy[name]
  return copy
}

/** Texts are shown, but not credentials in them. */
function describeText (given: unknown): string {
  return typeof given === 'string' ? JSON.stringify(given.replace(/\/\/[^/@]*@/, '//').slice(0, 200)) : describeKind(given)
}
