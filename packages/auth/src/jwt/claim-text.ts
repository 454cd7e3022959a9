import { writeGoFloat, writeGoJson } from '@floodgate/go'

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
  if (Math.abs(number - whole) > negligible) return sixDigits(number)
  return Number.isSafeInteger(whole) ? String(whole + 0) : BigInt(whole).toString()
}

/** Go's %f: of two that are as near the even one, where JavaScript takes the greater. */
function sixDigits (number: number): string {
  const exact = number.toFixed(20)
  return /[02468]5(?:0{13})$/.test(exact) ? exact.slice(0, -14) : number.toFixed(6)
}

/** Go's %v, of what a list of claims holds. */
function goText (value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (typeof value === 'number') return writeGoFloat(value)
  if (typeof value !== 'object') return String(value)
  try {
    if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`
    return `map[${Object.entries(value).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))).map(([key, item]) => `${key}:${goText(item)}`).join(' ')}]`
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
