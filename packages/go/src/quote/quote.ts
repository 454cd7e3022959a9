import { wellFormed } from '../text/go-string.ts'

const PRINTABLE = /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u
const BACKQUOTABLE = /^[^\u0000-\u0008\u000a-\u001f\u007f`\ufeff\p{Surrogate}]*$/u // eslint-disable-line no-control-regex
const SHORT_ESCAPES: Record<string, string> = {
  '\u0007': '\\a', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v', '\\': '\\\\'
}

/** Returns whether Go prints a character as it is, in quoted text. */
export function isPrintable (character: string): boolean {
  return PRINTABLE.test(character)
}

/** Writes a text as a Go string literal in double quotes, like `%q`; all beyond ASCII escaped when asked for. */
export function quote (text: string, asciiOnly = false): string {
  return quoteWith('"', text, asciiOnly)
}

/** Writes a text as `%q` does; what is not Unicode in it becomes U+FFFD. */
export function quoteText (text: string): string {
  return quote(wellFormed(text))
}

/** Writes one character as `%q` does: `'x'`. */
export function quoteCharacter (character: string): string {
  return quoteWith("'", character, false)
}

/** Writes the character of a code point as a Go rune literal in single quotes. */
export function quoteRune (code: bigint, asciiOnly = false): string {
  return quoteWith("'", runeOf(code), asciiOnly)
}

/** Returns the character of a code point, U+FFFD for what is none. */
export function runeOf (code: bigint): string {
  return code < 0n || code > 0x10ffffn || (code >= 0xd800n && code <= 0xdfffn) ? '\ufffd' : String.fromCodePoint(Number(code))
}

/** Returns whether a text can stand between back quotes on one line. */
export function canBackquote (text: string): boolean {
  return BACKQUOTABLE.test(text)
}

/** Writes a character for messages: `U+00E9 'é'`, the picture only when it can be printed. */
export function describeRune (character: string): string {
  const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
  return isPrintable(character) ? `U+${code} '${character}'` : `U+${code}`
}

function quoteWith (mark: string, text: string, asciiOnly: boolean): string {
  let quoted = mark
  for (const character of text) {
    const code = character.codePointAt(0)!
    if (character === mark) quoted += '\\' + mark
    else if (character in SHORT_ESCAPES) quoted += SHORT_ESCAPES[character]
    else if (code >= 0xdc80 && code <= 0xdcff) quoted += '\\x' + hex(code & 0xff, 2)
    else if (asciiOnly ? code >= 0x20 && code < 0x7f : isPrintable(character)) quoted += character
    else if (code < 0x20 || code === 0x7f) quoted += '\\x' + hex(code, 2)
    else if (code <= 0xffff) quoted += '\\u' + hex(code, 4)
    else quoted += '\\U' + hex(code, 8)
  }
  return quoted + mark
}

function hex (code: number, width: number): string {
  return code.toString(16).padStart(width, '0')
}
