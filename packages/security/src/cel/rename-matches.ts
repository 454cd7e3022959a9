const literals = /[rRbB]{0,2}(?:'''[\s\S]*?'''|"""[\s\S]*?""")|[rR][bB]?(?:'[^'\n]*'|"[^"\n]*")|[bB]?(?:'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")|\/\/[^\n]*|\bmatches(?=\s*\()/g

/** Name under which `matches` is ours. */
export const matchesName = 'matchesRe2'

/**
 * Calls CEL's `matches` by the name of our own: the library's takes JavaScript's expressions, whose time is not bounded
 * and whose language is not Go's. Texts and comments stay as they are.
 */
export function renameMatches (expression: string): string {
  return expression.replace(literals, (found) => found === 'matches' ? matchesName : found)
}
