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

/** What names of functions of our own end with. */
const OWN = 'OfOurs'

/** Gives the name under which a function of CEL is ours. */
export function ownName (name: string): string {
  return name + OWN
}

/**
 * Calls functions of CEL by the names of our own: `matches`, since the library's takes JavaScript's expressions, whose
 * time is not bounded and whose language is not Go's, the parts of times in a zone, and the conversions, which read what
 * Go's do. Texts and comments stay as they are.
 */
export function useOwnNames (expression: string): string {
  return expression.replace(literals, (found) => named.test(found) ? ownName(found) : found)
}

/** Puts the names back that a message's reader has written. */
export function withoutOwnNames (message: string): string {
  return message.replaceAll(OWN, '')
}
