import type { Place } from '../place.ts'
import { foldKey } from '../words/fold-key.ts'
import type { Report } from '../problem.ts'
import { isObject } from './weak-values.ts'

/**
 * Returns what KrakenD ignores in the settings of a namespace, and this gateway honours: values of another type than the
 * namespace takes, and keys in another case. There only keys outside `extra_config` are converted.
 *
 * @param written as the configuration has it
 * @param used what `conform` made of it
 */
export function reportConverted (written: unknown, used: unknown, place: Place, report: Report): void {
  if (Array.isArray(used)) {
    if (Array.isArray(written)) for (const [i, item] of written.entries()) reportConverted(item, used[i], [...place, i], report)
    else if (written !== null && written !== undefined) tell('a list', place, report)
  } else if (isObject(used)) {
    if (isObject(written)) tellKeys(written, used, place, report)
  } else if (used !== undefined && used !== null && isScalar(written) && typeof written !== typeof used) {
    tell(typeof used === 'string' ? 'a text' : typeof used === 'boolean' ? 'a boolean (true or false)' : 'a number', place, report)
  }
}

function tellKeys (written: Record<string, unknown>, used: Record<string, unknown>, place: Place, report: Report): void {
  for (const [key, value] of Object.entries(written)) {
    if (Object.hasOwn(used, key)) {
      reportConverted(value, used[key], [...place, key], report)
      continue
    }
    const folded = foldKey(key)
    const meant = Object.keys(used).find((other) => !Object.hasOwn(written, other) && foldKey(other) === folded)
    if (meant === undefined) continue
    report(
      {
        severity: 'warning',
        code: 'krakend-ignores',
        place: [...place, key],
        at: 'key',
        message: 'KrakenD ignores this, because keys in extra_config are case-sensitive',
        instead: `write it as ${JSON.stringify(meant)}, which both use`
      }
    )
  }
}

function tell (what: string, place: Place, report: Report): void {
  report(
    {
      severity: 'warning',
      code: 'krakend-ignores',
      place,
      message: `KrakenD ignores this: it requires ${what} here, because values in extra_config are not converted`,
      instead: `write ${what}, which both use`
    }
  )
}

function isScalar (value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}
