import { writeValue } from '@floodgate/go/text'
import { writeGoJson } from '@floodgate/go/json'
import { formatFloat } from '@floodgate/go/number'

/**
 * Writes a claim as one string, as the reference does: numbers without a fraction as integers, others with six decimal
 * places, lists as comma-separated items, objects as JSON, missing claims as ''.
 */
export function claimText (claim: unknown): string {
  if (Array.isArray(claim)) return claim.map(goText).join(',')
  switch (typeof claim) {
    case 'undefined': return ''
    case 'string': return claim
    case 'number': return numberText(claim)
    case 'object': return jsonText(claim)
    default: return String(claim)
  }
}

/** Writes a claim as strings: one per item of a list (none for an empty list), otherwise a single one. */
export function claimTexts (claim: unknown): string[] {
  return Array.isArray(claim) ? claim.map(goText) : [claimText(claim)]
}

/** Go decodes numbers in claims as doubles. */
const negligible = 1e-6

function numberText (number: number): string {
  const whole = Math.round(number)
  if (!Number.isFinite(number)) return String(number)
  if (Math.abs(number - whole) > negligible) return formatFloat(number, 'f', 6)
  return Number.isSafeInteger(whole) ? String(whole + 0) : BigInt(whole).toString()
}

/** Go's %v, for the items of a list. */
function goText (value: unknown): string {
  try {
    return writeValue(value, (leaf) => typeof leaf === 'number' ? formatFloat(leaf, 'g', -1) : String(leaf))
  } catch {
    // Nested too deeply for the stack.
    return ''
  }
}

function jsonText (claim: object | null): string {
  try {
    return writeGoJson(claim)
  } catch {
    // Nested too deeply for the stack.
    return ''
  }
}
