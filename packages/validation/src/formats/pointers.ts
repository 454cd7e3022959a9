/** Checks a JSON pointer (RFC 6901). */
export function jsonPointerProblem (text: string): string | null {
  if (text === '') return null
  if (!text.startsWith('/')) return 'not starting with /'
  return /~(?![01])/.test(text) ? '~ must be followed by 0 or 1' : null
}

/** Checks a relative JSON pointer: a number of levels up, then a JSON pointer or `#`. */
export function relativePointerProblem (text: string): string | null {
  const digits = /^\d*/.exec(text)![0]
  if (digits === '') return 'must start with non-negative integer'
  if (digits.length > 1 && digits.startsWith('0')) return 'starts with zero'
  const rest = text.slice(digits.length)
  return rest === '#' ? null : jsonPointerProblem(rest)
}
