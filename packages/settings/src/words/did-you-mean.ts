import { createRequire } from 'node:module'
import type { ProblemDraft } from '../problem.ts'
import { foldKey } from './fold-key.ts'

const require = createRequire(import.meta.url)

/** How many letters of one word must be added, removed or exchanged to get another one (Levenshtein). */
export function distanceOf (word: string, other: string): number {
  // Loaded when something is misspelt, which most configurations never are.
  const { distance } = require('fastest-levenshtein') as typeof import('fastest-levenshtein')
  return distance(word, other)
}

/** The known word closest to a misspelt or shortened one; null when none is close enough to be what was meant. */
export function closestWord (misspelt: string, known: Iterable<string>): string | null {
  const word = foldKey(misspelt)
  let best: string | null = null
  let least = Math.max(2, Math.floor(word.length / 3)) + 1
  for (const candidate of known) {
    const apart = distanceOf(word, foldKey(candidate))
    if (apart >= least || apart >= candidate.length) continue
    best = candidate
    least = apart
  }
  if (best === null && word.length >= 3) {
    for (const candidate of known) if (foldKey(candidate).startsWith(word) && candidate !== misspelt) return candidate
  }
  return best
}

/** Advice about a misspelt word; null when nothing is near. */
export function suggest (nearest: ProblemDraft['nearest']): string | null {
  const word = nearest === undefined ? null : closestWord(nearest.word, nearest.among)
  return word === null ? null : `did you mean ${JSON.stringify(word)}?`
}

/** Advice about a misspelt name; when nothing is near, the names that there are. */
export function suggestName (name: string, known: readonly string[]): string {
  return suggest({ word: name, among: known }) ?? `write one of ${known.join(', ')}`
}

/** Advice about a misspelt key; when nothing is near, the keys that there are. */
export function suggestKey ({ word, among }: NonNullable<ProblemDraft['nearest']>): string {
  const known = [...among]
  const part = known.find((name) => word.length > 3 && name.includes(foldKey(word)))
  return suggest({ word, among: known }) ?? (part === undefined
    ? `the keys here are ${known.join(', ')}`
    : `did you mean ${JSON.stringify(part)}?`)
}
