const parts = 'getDate|getDayOfMonth|getDayOfWeek|getDayOfYear|getFullYear|getHours|getMilliseconds|getMinutes|getMonth|getSeconds'

const conversions = 'double|int|string|timestamp|uint'

const literals = new RegExp([
  String.raw`[rRbB]{0,2}(?:'''[\s\S]*?'''|"""[\s\S]*?""")`,
  String.raw`[rR][bB]?(?:'[^'\n]*'|"[^"\n]*")`,
  String.raw`[bB]?(?:'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")`,
  String.raw`\/\/[^\n]*`,
  String.raw`\bmatches(?=\s*\()`,
  String.raw`(?<![.\w])(?:${conversions})(?=\s*\()`,
  // With a time zone.
  String.raw`\b(?:${parts})(?=\s*\(\s*[^\s)])`
].join('|'), 'g')

const named = new RegExp(`^(?:matches|${conversions}|${parts})$`)

/** Suffix of the names of our own functions. */
const OWN = 'OfOurs'

/** Returns the name of our own implementation of a CEL function. */
export function ownName (name: string): string {
  return name + OWN
}

/**
 * Replaces the names of CEL functions by those of our own implementations: `matches`, because the library's uses
 * JavaScript's regular expressions, whose time is not bounded and whose syntax is not Go's; the parts of times in a
 * zone; and the conversions, which parse as Go does. String literals and comments are left unchanged.
 */
export function useOwnNames (expression: string): string {
  return expression.replace(literals, (found) => named.test(found) ? ownName(found) : found)
}

/** Restores the original function names in a message. */
export function withoutOwnNames (message: string): string {
  return message.replaceAll(OWN, '')
}
