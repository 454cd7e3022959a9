/** Words that some YAML reader takes for something else than a text. */
const WORDS: ReadonlySet<string> = new Set([
  'null', 'Null', 'NULL', '~', 'true', 'True', 'TRUE', 'false', 'False', 'FALSE', 'y', 'Y', 'yes', 'Yes', 'YES', 'n', 'N',
  'no', 'No', 'NO', 'on', 'On', 'ON', 'off', 'Off', 'OFF', '-', '.inf', '.Inf', '.INF', '-.inf', '-.Inf', '-.INF', '.nan', '.NaN', '.NAN', '<<', '='
])

/** What the reference's YAML writer takes for a number; `1e3` is none to it. */
const NUMBER_THERE = /^\+?-?(?:0x[\da-f]+|0o[0-7]+|0b[01]+|0[0-7]+|0|[1-9]\d*|(?:\d+\.\d*|\.\d+)(?:[eE][-+]?\d+)?)$/
/** What any YAML reader may take for one. */
const NUMBER = /^[-+]?(?:0x[\da-f]+|0o[0-7]+|0b[01]+|(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)$/i
const TIME = /^(?:\d{1,2}:\d{1,2}|\d{4}-\d\d-\d\d(?:[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[-+]\d\d:\d\d)| \d\d:\d\d:\d\d(?:\.\d+)?)?)$/
/** Starts, ends and sequences that mean something in YAML, and characters that only a quoted text can have. */
// eslint-disable-next-line no-control-regex
const INDICATORS = /^[*&[{}\],!|>%'"@ `:]|^[?-](?=\s|$)|^(?:---|\.\.\.)|[: \t]$|^\s|[#\\]|[:-] |:\t|[\0-\t\v-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\p{Surrogate}]/u
// eslint-disable-next-line no-control-regex
const ESCAPED = /["\\\0-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\p{Surrogate}]/gu
const ESCAPES: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v', '\x07': '\\a' }

/** Writes a key, or a text of one line: plain where no reader can take it for something else. */
export function writeYamlKey (text: string): string {
  return text.includes('\n') || needsQuotes(text) ? quote(text) : text
}

/** Writes a text as the value of a key or element at this indentation; several lines as a block. */
export function writeYamlText (text: string, indent: string): string {
  if (!text.includes('\n')) return writeYamlKey(text)
  // A block's first line tells its indentation, and what is blank at its end is not told from nothing.
  return needsQuotes(text) || !/^\S/.test(text) || /\n +\n*$/.test(text) ? quote(text) : writeBlock(text, indent + '  ')
}

/** Writes a number as the reference does, which has it as a text. */
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
