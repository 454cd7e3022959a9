import { createRequire } from 'node:module'
import type * as Toml from 'smol-toml'
import { isNestedTooDeep, maxNesting, nestedTooDeep, nestingProblem } from './nesting.ts'
import { plainValue } from './plain-value.ts'
import { createSource, showRawLine, type Source } from './source.ts'
import { SyntaxProblem } from './syntax-problem.ts'

const require = createRequire(import.meta.url)

/**
 * Parses a TOML 1.0 text. The parser keeps no positions: problems of values are shown by key path.
 *
 * @throws {SyntaxProblem} at the first syntax error, or if it is nested too deeply
 */
export function parseToml (file: string, text: string): Source {
  const { parse, TomlError } = require('smol-toml') as typeof Toml
  try {
    const value = parse(text, { maxDepth: maxNesting })
    if (isNestedTooDeep(value)) throw new SyntaxProblem(nestedTooDeep, null, null, null, { code: 'too-deep' })
    return createSource(file, text, plainValue(value), () => null)
  } catch (err) {
    if (!(err instanceof TomlError)) throw err
    const { line, column } = err
    if (err.message.includes('excessively nested')) throw nestingProblem(text, offsetOf(text, line, column))
    const message = err.message.split('\n')[0]!.replace(/^Invalid TOML document: /, '')
    throw new SyntaxProblem(
      `${message}, in line ${line}, column ${column}`,
      { line, column },
      showRawLine(text, offsetOf(text, line, column)),
      null
    )
  }
}

function offsetOf (text: string, line: number, column: number): number {
  let start = 0
  for (let i = 1; i < line; i++) start = text.indexOf('\n', start) + 1
  return Math.min(start + column - 1, text.length)
}
