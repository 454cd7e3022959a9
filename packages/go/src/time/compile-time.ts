import type { ZonedCivil } from './calendar.ts'
import { formatElement, formatFraction } from './format.ts'
import { parseLayout, type Chunk } from './layout.ts'
import { findLocation } from './location.ts'
import { namedLayouts } from './named-layouts.ts'

/**
 * Prepares a layout of Go's `time.Format` (or the name of one, such as `kitchen`) for local time. A date is taken
 * apart once a second; within it only the fraction is written again.
 *
 * @returns a function of milliseconds since the epoch
 */
export function compileGoTime (layout: string): (ms: number) => string {
  const { groups, fractions } = cutAtFractions(parseLayout(namedLayouts[layout.toLowerCase()] ?? layout))
  let second = NaN
  let texts: string[] = []
  return function formatTime (ms) {
    const now = Math.floor(ms / 1000)
    if (now !== second) {
      const civil = localCivil(new Date(ms))
      texts = groups.map((chunks) => chunks.map((chunk) => writeChunk(chunk, civil)).join(''))
      second = now
    }
    let text = texts[0]!
    for (let i = 0; i < fractions.length; i++) text += formatFraction(Math.floor(ms - now * 1000) * 1e6, fractions[i]!) + texts[i + 1]!
    return text
  }
}

/** Cuts a layout at its fractions of a second: what is between them changes once a second. */
function cutAtFractions (chunks: readonly Chunk[]): { groups: Chunk[][], fractions: string[] } {
  const groups: Chunk[][] = [[]]
  const fractions: string[] = []
  for (const chunk of chunks) {
    groups.at(-1)!.push(chunk)
    if (chunk.element !== '.000' && chunk.element !== '.999') continue
    fractions.push(chunk.text)
    groups.push([])
  }
  return { groups, fractions }
}

function writeChunk ({ prefix, element }: Chunk, civil: ZonedCivil): string {
  return element === null || element === '.000' || element === '.999' ? prefix : prefix + formatElement(element, civil)
}

/** The parts of a date in the zone of this process. */
function localCivil (date: Date): ZonedCivil {
  return {
    year: date.getFullYear(),
    month: date.getMonth() + 1,
    day: date.getDate(),
    hour: date.getHours(),
    minute: date.getMinutes(),
    second: date.getSeconds(),
    weekday: date.getDay(),
    get yearDay () {
      return Math.round(
        (Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) - Date.UTC(date.getFullYear(), 0, 0)) / 864e5
      )
    },
    offset: -date.getTimezoneOffset() * 60,
    get abbreviation () {
      return findLocation(
        new Intl.DateTimeFormat().resolvedOptions().timeZone
      )?.at(Math.floor(date.getTime() / 1000)).abbreviation ?? ''
    }
  }
}
