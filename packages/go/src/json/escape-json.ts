const HTML = /[<>&\u2028\u2029]/g
const LINE_SEPARATORS = /[\u2028\u2029]/g

/**
 * Escapes in JSON text what Go's encoding/json escapes besides the syntax: U+2028 and U+2029, and with `html` what could
 * end a script element (`<`, `>`, `&`). None of them is ever part of JSON's own syntax.
 */
export function escapeJson (json: string, html: boolean): string {
  return json.replace(html ? HTML : LINE_SEPARATORS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
