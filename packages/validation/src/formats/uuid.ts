import { quoteCharacter } from '@floodgate/go/quote'
import { byteCount, firstOther } from './go-strings.ts'

const SIZES = [8, 4, 4, 4, 12]

/** Checks a UUID with hyphens, of any version. */
export function uuidProblem (text: string): string | null {
  const groups = text.split('-')
  if (groups.length !== SIZES.length) return `must have ${SIZES.length} elements`
  for (const [i, group] of groups.entries()) {
    if (byteCount(group) !== SIZES[i]) return `element ${i + 1} must be ${SIZES[i]} characters long`
    const other = firstOther(group, /^[\da-fA-F]$/)
    if (other !== null) return `non-hex character ${quoteCharacter(other)}`
  }
  return null
}
