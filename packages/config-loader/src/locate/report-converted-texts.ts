import type { Place } from '@floodgate/core'
import { foldKey, isObject } from '@floodgate/settings'
import type { Report } from './problem.ts'

/**
 * Reports where a number, true or false was converted to a string outside of `extra_config`, as on the reference: for a
 * `target` or a new name of a field that is more likely a mistake than intended.
 *
 * @param written the value in the configuration
 * @param used the result of `conform`
 */
export function reportConvertedTexts (written: unknown, used: unknown, place: Place, report: Report): void {
  if (Array.isArray(used)) {
    const items = Array.isArray(written) ? written : [written]
    for (const [i, item] of used.entries()) reportConvertedTexts(items[i], item, [...place, i], report)
    return
  }
  if (isObject(used) && isObject(written)) {
    for (const [key, value] of Object.entries(written)) {
      const name = Object.hasOwn(used, key) ? key : foldKey(key)
      if (name !== 'extra_config' && Object.hasOwn(used, name)) reportConvertedTexts(value, used[name], [...place, key], report)
    }
    return
  }
  if (typeof used !== 'string' || (typeof written !== 'number' && typeof written !== 'boolean') || /ns$/.test(used)) return
  report(
    {
      severity: 'warning',
      code: 'converted',
      place,
      value: written,
      message: `${written} is converted to the string ${JSON.stringify(used)}`,
      instead: `write ${JSON.stringify(used)} if this is intended`
    }
  )
}
