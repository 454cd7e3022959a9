import { describeKind, findWrongHeaders, foreignFault, ignoreRejection, isThenable, judgeThrown } from '@floodgate/core'
import type { EndpointOverrides } from '@floodgate/engine'

/** What each function may give, and what is wrong with anything else. */
const judges: Readonly<Record<string, (given: unknown) => string | null>> = {
  rewriteHeaders: (given) => findWrongHeaders(given, 'gave', true),
  rewriteRequestHeaders: (given) => findWrongHeaders(given, 'gave', true),
  getUpstream: (given) =>
    typeof given === 'string' && /^https?:\/\/[^\s]+$/i.test(given) && URL.canParse(given) ? null : `gave ${describeText(given)}: the origin to call, such as "http://api:8080", is expected`,
  queryString: (given) => given === undefined || given === null || (typeof given === 'string' && /^[\x21-\x7e]*$/.test(given)) ? null : `gave ${describeText(given)}: a query, encoded, is expected`
}

/**
 * Guards the functions of an endpoint's overrides that give reply-from something at once: what one throws, or returns
 * instead of header fields, an origin or a query, is a fault that names it. `onResponse` and `onError` are left as they
 * are.
 *
 * @param where the endpoint: `GET /users/{id}`
 */
export function guardOverrides (overrides: EndpointOverrides, where: string): EndpointOverrides {
  const guarded: Record<string, unknown> = { ...overrides }
  for (const [name, override] of Object.entries(overrides)) {
    if (typeof override !== 'function' || name === 'onError' || name === 'onResponse') continue
    const foreign = { who: `the override ${name}`, where }
    const judge = judges[name]
    guarded[name] = function guardedOverride (this: unknown, ...parameters: unknown[]): unknown {
      let given: unknown
      let wrong: string | null = null
      try {
        given = (override as (...parameters: unknown[]) => unknown).apply(this, parameters)
        if (judge === undefined) return given
        ignoreRejection(given)
        // Getters are asked once.
        if (typeof given === 'object' && given !== null && !isThenable(given) && !Array.isArray(given)) given = { ...given }
        wrong = judge(given)
      } catch (thrown) {
        throw judgeThrown(foreign, thrown)
      }
      if (wrong !== null) throw foreignFault(foreign, wrong)
      return given
    }
  }
  return guarded as EndpointOverrides
}

/** Texts are shown, but not credentials in them. */
function describeText (given: unknown): string {
  return typeof given === 'string' ? JSON.stringify(given.replace(/\/\/[^/@]*@/, '//').slice(0, 200)) : describeKind(given)
}
