import { noteDrafts, takeSettings, type NoteProblem, type Place, type Schema } from '@floodgate/settings'
import { adviseTlsNumber } from '@floodgate/tls'

/**
 * Takes from options what fits their schema, and notes the rest. Nothing is converted, and no default filled in.
 *
 * @param place where such options are in a configuration: what may be shown of them depends on it
 * @returns parts that do not fit are absent, in lists they are undefined
 */
export function takeOptions (schema: Schema, raw: unknown, place: Place, note: NoteProblem): object {
  const report = noteDrafts(note, place)
  return (takeSettings(schema, raw, place, (draft) => {
    const key = draft.place.findLast((step) => typeof step === 'string')
    // Suites and curves are written by number.
    const instead = adviseTlsNumber(key, draft.value)
    report(instead === null ? draft : { ...draft, instead })
  }) ?? {}) as object
}

/** The type of what `takeOptions` gives: keys may be absent, entries of lists undefined. */
export type Fitting<T> = T extends readonly (infer Item)[]
  ? (Fitting<Item> | undefined)[]
  : T extends object
    ? { [Key in keyof T as string extends Key ? never : Key]?: Fitting<T[Key]> }
    : T
