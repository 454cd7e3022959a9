/** Words that some YAML readers do not parse as strings. */
const WORDS: ReadonlySet<string> = new Set([
  'null', 'Null', 'NULL', '~', 'true', 'True', 'TRUE', 'false', 'False', 'FALSE', 'y', 'Y', 'yes', 'Yes', 'YES', 'n', 'N',
  'no', 'No', 'NO', 'on', 'On', 'ON', 'off', 'Off', 'OFF', '-', '.inf', '.Inf', '.INF', '-.inf', '-.Inf', '-.INF', '.nan', '.NaN', '.NAN', '<<', '='
])

/** What the reference's YAML writer treats as a number; `1e3` is not a number to it. */
const NUMBER_THERE = /^\+?-?(?:0x[\da-f]+|0o[0-7]+|0b[01]+|0[0-7]+|0|[1-9]\d*|(?:\d+\.\d*|\.\d+)(?:[eE][-+]?\d+)?)$/
/** What any YAML reader may parse as a number. */
const NUMBER = /^[-+]?(?:0x[\da-f]+|0o[0-7]+|0b[01]+|(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)$/i
const TIME = /^(?:\d{1,2}:\d{1,2}|\d{4}-\d\d-\d\d(?:[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[-+]\d\d:\d\d)| \d\d:\d\d:\d\d(?:\.\d+)?)?)$/
/** Beginnings, ends and sequences with a meaning in YAML, and characters that are only allowed in quoted strings. */
// eslint-disable-next-line no-control-regex
const INDICATORS = /^[*&[{}\],!|>%'"@ `:]|^[?-](?=\s|$)|^(?:---|\.\.\.)|[: \t]$|^\s|[#\\]|[:-] |:\t|[\0-\t\v-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\p{Surrogate}]/u
// eslint-disable-next-line no-control-regex
const ESCAPED = /["\\\0-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\p{Surrogate}]/gu
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\x07': '\\a'
}

/** Writes a key, or a string of one line: plain if every reader parses it as a string. */
export function writeYamlKey (text: string): string {
  return text.includes('\n') || needsQuotes(text) ? quote(text) : text
}

/** Writes a string as the value of a key or element at this indentation; several lines as a block. */
export function writeYamlText (text: string, indent: string): string {
  if (!text.includes('\n')) return writeYamlKey(text)
  // A block's first line determines its indentation, and trailing blank lines are ambiguous.
  return needsQuotes(text) || !/^\S/.test(text) || /\n +\n*$/.test(text) ? quote(text) : writeBlock(text, indent + '  ')
}

/** Writes a number as the reference does, which keeps it as a string. */
export function writeYamlNumber (literal: string): string {
  return NUMBER_THERE.test(literal) ? `"${literal}"` : literal
}

function needsQuotes (text: string): boolean {
  return text === '' || WORDS.has(text) || NUMBER.test(text.replaceAll('_', '')) || TIME.test(text) || INDICATORS.test(text)
}

function writeBlock (text: string, indent: string): string {
  const header = text.endsWith('\n\n') ? '|+' : text.endsWith('\n') ? '|' : '|-'
  const block = indent + text.replaceAll('\n', '\n' + indent)
  return `${header}\n${cutEnd(cutEnd(block, '\n' + indent), indent)}`
}

function cutEnd (text: string, end: string): string {
  return text.endsWith(end) ? text.slice(0, -end.length) : text
}

function quote (text: string): string {
  return `"${text.replace(ESCAPED, (char) => ESCAPES[char] ?? escapeCode(char))}"`
}

function escapeCode (char: string): string {
  const code = char.charCodeAt(0)
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd'
  return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}
