import type { Place } from '@floodgate/core'
import { foldKey, isObject } from '@floodgate/settings'
import type { Report } from './problem.ts'

/**
 * Tells where a number, true or false became a text outside of `extra_config`, as it does on the reference: a `target` or a
 * new name of a field that is none is more likely a slip than meant.
 *
 * @param written as the configuration has it
 * @param used what `conform` made of it
 */
export function tellTexts (written: unknown, used: unknown, place: Place, report: Report): void {
  if (Array.isArray(used)) {
    const items = Array.isArray(written) ? written : [written]
    for (const [i, item] of used.entries()) tellTexts(items[i], item, [...place, i], report)
    return
  }
  if (isObject(used) && isObject(written)) {
    for (const [key, value] of Object.entries(written)) {
      const name = Object.hasOwn(used, key) ? key : foldKey(key)
      if (name !== 'extra_config' && Object.hasOwn(used, name)) tellTexts(value, used[name], [...place, key], report)
    }
    return
  }
  if (typeof used !== 'string' || (typeof written !== 'number' && typeof written !== 'boolean') || /ns$/.test(used)) return
  report({ severity: 'warning', code: 'converted', place, value: written, message: `${written} is read as the text ${JSON.stringify(used)}`, instead: `write ${JSON.stringify(used)} if it is meant` })
}
