import { formatFloat, writeGoJson, writeValue } from '@floodgate/go'

/**
 * Writes a claim as one text, as the reference does: numbers without a fraction as integers, others with six digits
 * behind the point, lists as their items with commas between, objects as JSON, absent claims as nothing.
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

/** Writes a claim as one text per item of a list, none for an empty one, or as one text. */
export function claimTexts (claim: unknown): string[] {
  return Array.isArray(claim) ? claim.map(goText) : [claimText(claim)]
}

/** Go keeps numbers of claims as doubles. */
const negligible = 1e-6

function numberText (number: number): string {
  const whole = Math.round(number)
  if (!Number.isFinite(number)) return String(number)
  if (Math.abs(number - whole) > negligible) return formatFloat(number, 'f', 6)
  return Number.isSafeInteger(whole) ? String(whole + 0) : BigInt(whole).toString()
}

/** Go's %v, of what a list of claims holds. */
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
