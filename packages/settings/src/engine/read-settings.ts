import { formatPlace, type Place } from '../place.ts'
import type { Report } from '../problem.ts'
import { conform } from './conform.ts'
import { reportConverted } from './report-converted.ts'
import { checkValue } from './check-value.ts'
import type { Schema } from './schema.ts'

/** Keys that KrakenD does not have. */
const ours = /extra_config\.floodgate\b/

/**
 * Reads the settings of a namespace: converts them as the reference does, checks them by their schema, and fills in its
 * defaults.
 *
 * @returns the settings to use; undefined when they could not even be converted
 */
export function readSettings (schema: Schema, settings: unknown, place: Place, report: Report): unknown {
  const refused = new Set<string>()
  const converted = conform(schema, settings, place, (draft) => {
    if (draft.severity === 'error') refused.add(formatPlace(draft.place))
    report(draft)
  })
  if (converted === undefined) return undefined
  if (!ours.test(formatPlace(place))) reportConverted(settings, converted, place, report)
  checkValue(schema, converted, place, once((draft) => { if (!refused.has(formatPlace(draft.place))) report(draft) }))
  return converted
}

/** One problem of a kind per place. */
function once (report: Report): Report {
  const told = new Set<string>()
  return (draft) => {
    const key = `${formatPlace(draft.place)} ${draft.code}`
    if (told.has(key)) return
    told.add(key)
    report(draft)
  }
}
