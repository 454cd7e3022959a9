import type { Place } from '@floodgate/core'
import { foldKey } from '@floodgate/settings'

/** A value of the configuration as it is read, and the place of the file that it was made from. */
export interface Move {
  readonly to: Place
  readonly from: Place
  /** Whether all below `to` is there: `from` has no such members. */
  readonly isWhole?: boolean
}

/** Returns the place of the file that a place of the translated configuration was made from; most are the same. */
export function originalPlace (place: Place, moves: readonly Move[]): Place {
  let longest: Move | undefined
  for (const move of moves) {
    if (move.to.length > (longest?.to.length ?? 0) && isBelow(place, move.to)) longest = move
  }
  if (longest?.isWhole === true) return longest.from
  return longest === undefined ? place : [...longest.from, ...place.slice(longest.to.length)]
}

function isBelow (place: Place, parent: Place): boolean {
  return parent.every((step, i) => typeof step === 'string' && typeof place[i] === 'string' ? foldKey(step) === foldKey(place[i]) : step === place[i])
}
