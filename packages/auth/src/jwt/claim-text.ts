/** Writes a claim as one text: lists joined by commas, what has parts as JSON, absent ones as nothing. */
export function claimText (claim: unknown): string {
  if (Array.isArray(claim)) return claim.map(itemText).join(',')
  return itemText(claim)
}

/** Writes a claim as one text per item of a list, or as one text. */
export function claimTexts (claim: unknown): string[] {
  return Array.isArray(claim) && claim.length > 0 ? claim.map(itemText) : [claimText(claim)]
}

/** Go keeps numbers of claims as doubles, and writes those without a fraction as integers. */
const negligible = 1e-6

function itemText (claim: unknown): string {
  switch (typeof claim) {
    case 'undefined': return ''
    case 'string': return claim
    case 'number': return numberText(claim)
    case 'object': return jsonText(claim)
    default: return String(claim)
  }
}

function numberText (number: number): string {
  const whole = Math.round(number)
  if (!Number.isFinite(number)) return String(number)
  if (Math.abs(number - whole) > negligible) return String(number)
  return Number.isSafeInteger(whole) ? String(whole + 0) : BigInt(whole).toString()
}

function jsonText (claim: object | null): string {
  try {
    return JSON.stringify(claim)
  } catch {
    // Nested too deeply for the stack.
    return ''
  }
}
