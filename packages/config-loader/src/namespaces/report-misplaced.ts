import type { Place } from '@floodgate/core'
import { classOf, consequenceOf, type Level, stopsStart } from '@floodgate/settings'
import { intoWhich, isImplemented, levelsOf, nameLevels, tablesOf, type Namespaces } from './namespaces.ts'
import type { ProblemDraft, Report } from '../locate/problem.ts'

/** Settings of a namespace at a place where they are not read. */
export interface Misplaced {
  /** Current name of the namespace. */
  readonly name: string
  /** The key as it is written. */
  readonly written: string
  /** The level at which it was found. */
  readonly level: Level
  readonly place: Place
  readonly value: unknown
  /** What is wrong, without its consequence: `… has no effect`. */
  readonly message: string
}

/**
 * Reports settings of a namespace that are not read: by the namespace's class, with the right place and the lines to
 * write.
 */
export function reportMisplaced ({ name, written, level, place, value, message }: Misplaced, namespaces: Namespaces, report: Report): void {
  const kind = classOf(name)
  const stops = stopsStart(kind)
  const draft = {
    code: 'misplaced-namespace',
    place,
    at: 'key',
    message: stops ? `${message}, and ${consequenceOf(kind, level)}` : message,
    ...whereItBelongs(name, level, value, namespaces)
  } as const
  if (stops) namespaces.unsupported.add(written, draft, [name])
  else report({ ...draft, severity: 'warning', strict: kind !== 'adds' || name.startsWith('telemetry/') })
}

/** Returns where settings of a namespace are read, and shows the lines to write there. */
export function whereItBelongs (
  name: string,
  level: Level,
  value: unknown,
  namespaces: Namespaces
): Pick<ProblemDraft, 'instead' | 'write'> {
  const meant = levelsOf(name, namespaces)
  if (!isImplemented(name, namespaces)) return { instead: `${JSON.stringify(name)} is not implemented by this gateway: remove it` }
  if (meant.length === 0) return {}
  const target = meant.includes(level) ? level : meant[0]!
  return {
    instead: meant.includes(level)
      ? `write it in extra_config of this ${level}:`
      : `it belongs to the extra_config of ${nameLevels(meant)}; write it ${intoWhich(target, level)}:`,
    write: { path: ['extra_config', name], value, tables: tablesOf(target) }
  }
}
