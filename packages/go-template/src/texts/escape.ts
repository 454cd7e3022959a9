import { isPrintable } from '@floodgate/go/quote'

const HTML: Record<string, string> = { '"': '&#34;', "'": '&#39;', '&': '&amp;', '<': '&lt;', '>': '&gt;', '\0': '\ufffd' }
const SCRIPT: Record<string, string> = {
  '\\': '\\\\', "'": "\\'", '"': '\\"', '<': '\\u003C', '>': '\\u003E', '&': '\\u0026', '=': '\\u003D'
}
const SCRIPT_SPECIAL = /[\\'"<>&=\u0000-\u001f]|[^\u0000-\u007f]/gu // eslint-disable-line no-control-regex

/** Escapes text for HTML as Go's `html` does. */
export function escapeHtml (text: string): string {
  return text.replace(/["'&<>\0]/g, (character) => HTML[character]!)
}

/** Escapes text for a JavaScript string as Go's `js` does. */
export function escapeScript (text: string): string {
  return text.replace(SCRIPT_SPECIAL, (character) => {
    const short = SCRIPT[character]
    if (short !== undefined) return short
    if (character > '\u007f' && isPrintable(character)) return character
    const code = /\p{Surrogate}/u.test(character) ? 0xfffd : character.codePointAt(0)!
    return '\\u' + code.toString(16).toUpperCase().padStart(4, '0')
  })
}
