import { createRequire } from 'node:module'
import { foldKey } from './fold-key.ts'

const require = createRequire(import.meta.url)

/** The known word closest to a misspelt or shortened one; null when none is close enough to be what was meant. */
export function closestWord (misspelt: string, known: Iterable<string>): string | null {
  const { distance } = require('fastest-levenshtein') as typeof import('fastest-levenshtein')
  const word = foldKey(misspelt)
  let best: string | null = null
  let least = Math.max(2, Math.floor(word.length / 3)) + 1
  for (const candidate of known) {
    const apart = distance(word, foldKey(candidate))
    if (apart >= least || apart >= candidate.length) continue
    best = candidate
    least = apart
  }
  if (best === null && word.length >= 3) {
    for (const candidate of known) if (foldKey(candidate).startsWith(word) && candidate !== misspelt) return candidate
  }
  return best
}
