import { describeKind, foreignFault, ignoreRejection, isThenable, judgeThrown } from '@floodgate/core'
import type { ReplyFromOverrides } from './reply-from.ts'

const rewrites = ['rewriteHeaders', 'rewriteRequestHeaders'] as const

/**
 * Guards the functions of an endpoint's overrides that give reply-from something at once: what one throws, or gives in
 * the place of header fields, is a fault that names it. `onResponse` may be called once more for another request, and
 * may give a promise; `onError` is left as it is.
 *
 * @param where the endpoint: `GET /users/{id}`
 */
export function guardOverrides (overrides: ReplyFromOverrides, where: string): ReplyFromOverrides {
  const guarded: Record<string, unknown> = { ...overrides }
  for (const [name, override] of Object.entries(overrides)) {
    if (typeof override !== 'function' || name === 'onError') continue
    const foreign = { who: `the override ${name}`, where }
    guarded[name] = function guardedOverride (this: unknown, ...parameters: unknown[]): unknown {
      let given: unknown
      try {
        given = (override as (...parameters: unknown[]) => unknown).apply(this, parameters)
      } catch (thrown) {
        throw judgeThrown(foreign, thrown)
      }
      if (name === 'onResponse') return given
      ignoreRejection(given)
      const isWrong = isThenable(given) || ((rewrites as readonly string[]).includes(name) && (typeof given !== 'object' || given === null || Array.isArray(given)))
      if (isWrong) throw foreignFault(foreign, `gave ${describeKind(given)}`)
      return given
    }
  }
  return guarded as ReplyFromOverrides
}
