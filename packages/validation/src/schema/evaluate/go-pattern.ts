import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** Tells whether a text has a place that fits. */
export interface Pattern {
  readonly source: string
  test (text: string): boolean
}

/**
 * Compiles an expression in Go's syntax by RE2 in JavaScript: the same language, and time linear in the text whatever
 * the expression. The engine is loaded with the first expression.
 *
 * @throws {SyntaxError} in Go's words
 */
export function compilePattern (source: string): Pattern {
  const { RE2JS } = require('re2js') as typeof import('re2js')
  try {
    const pattern = RE2JS.compile(source)
    return { source, test: (text) => pattern.test(text) }
  } catch (error) {
    throw new SyntaxError((error as Error).message, { cause: error })
  }
}

/** What is wrong with an expression; null where it is one. */
export function patternProblem (source: string): string | null {
  try {
    compilePattern(source)
    return null
  } catch (error) {
    return (error as Error).message
  }
}
