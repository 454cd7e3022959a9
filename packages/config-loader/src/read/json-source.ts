import { createRequire } from 'node:module'
import type { Node, ParseError } from 'jsonc-parser'
import { findExcessiveLevel, nestingProblem } from './nesting.ts'
import { createSource, lineAndColumn, showRawLine, type Source, type TextNode } from './source.ts'
import { SyntaxProblem } from './syntax-problem.ts'

const require = createRequire(import.meta.url)

/** Strict JSON: neither comments nor trailing commas, as the reference reads it. */
const strict = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false }

/**
 * Parses a JSON text. The last of duplicate keys is used. Node's own parser reads the value; the one with positions
 * only runs for messages.
 *
 * @throws {SyntaxProblem} at the first syntax error, or if it is nested too deeply
 */
export function parseJson (file: string, text: string): Source {
  if (text.charCodeAt(0) === 0xFEFF) {
    throw new SyntaxProblem(
      'the file starts with a byte order mark, which JSON does not allow',
      { line: 1, column: 1 },
      null,
      'save it as UTF-8 without BOM'
    )
  }
  const excess = findExcessiveLevel(text)
  if (excess !== -1) throw nestingProblem(text, excess)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (err) {
    throw describeSyntaxError(text, err as Error)
  }
  return createSource(file, text, value, () => readTree(text), () => countColons(text) !== countKeys(value))
}

function readTree (text: string): TextNode | null {
  const root = loadParser().parseTree(text, [], strict)
  return root === undefined ? null : convert(root)
}

/** Counts the colons outside of strings, and thus the written keys. */
function countColons (text: string): number {
  let count = 0
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (char === 58) count++
    else if (char === 34) {
      for (i++; text.charCodeAt(i) !== 34; i++) if (text.charCodeAt(i) === 92) i++
    }
  }
  return count
}

/** Counts the keys of a value: fewer than written if there are duplicates. */
function countKeys (value: unknown): number {
  let count = 0
  const open = [value]
  while (open.length > 0) {
    const next = open.pop()
    if (Array.isArray(next)) {
      for (const item of next) if (typeof item === 'object') open.push(item)
    } else if (typeof next === 'object' && next !== null) {
      const values = Object.values(next)
      count += values.length
      for (const item of values) if (typeof item === 'object') open.push(item)
    }
  }
  return count
}

function convert (node: Node): TextNode {
  const start = node.offset
  const end = start + node.length
  if (node.type === 'array') return { kind: 'list', start, end, items: (node.children ?? []).map(convert) }
  if (node.type !== 'object') return { kind: 'scalar', start, end, value: node.value }
  const entries = (node.children ?? []).flatMap((property) => {
    const [key, value] = property.children ?? []
    return key === undefined || value === undefined
      ? []
      : [{ key: key.value as string, start: key.offset, end: key.offset + key.length, value: convert(value) }]
  })
  return { kind: 'object', start, end, entries }
}

function describeSyntaxError (text: string, err: Error): SyntaxProblem {
  const errors: ParseError[] = []
  const { parseTree, printParseErrorCode } = loadParser()
  parseTree(text, errors, strict)
  const first = errors[0]
  const offset = first?.offset ?? Number(/position (\d+)/.exec(err.message)?.[1] ?? text.length)
  const where = lineAndColumn(text, offset)
  const found = offset >= text.length ? 'the end of the file' : JSON.stringify(String.fromCodePoint(text.codePointAt(offset)!))
  const code = isJson(text.slice(0, offset)) ? 'EndOfFileExpected' : first && printParseErrorCode(first.error)
  const what = wording[code ?? ''] ?? 'this is not JSON'
  return new SyntaxProblem(`${what}; found ${found} in line ${where.line}, column ${where.column}`, where, showRawLine(text, offset), null)
}

function isJson (text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const wording: Readonly<Record<string, string>> = {
  InvalidSymbol: 'expected a value: strings need double quotes',
  InvalidNumberFormat: 'this is not a valid JSON number',
  PropertyNameExpected: 'expected a key in double quotes (is there a comma too many?)',
  ValueExpected: 'expected a value (is there a comma too many?)',
  ColonExpected: 'expected ":" after the key',
  CommaExpected: 'expected ","',
  CloseBraceExpected: 'missing "}"',
  CloseBracketExpected: 'missing "]"',
  EndOfFileExpected: 'unexpected text after the end of the configuration',
  InvalidCommentToken: 'JSON has no comments: use a key that starts with "@"',
  UnexpectedEndOfComment: 'JSON has no comments: use a key that starts with "@"',
  UnexpectedEndOfString: 'a string is not closed with a double quote',
  UnexpectedEndOfNumber: 'this is not a valid JSON number',
  InvalidUnicode: 'this is not a valid \\u escape',
  InvalidEscapeCharacter: 'this is not a valid escape in a string',
  InvalidCharacter: 'this character must be escaped in a string'
}

function loadParser (): typeof import('jsonc-parser') {
  return require('jsonc-parser') as typeof import('jsonc-parser')
}
