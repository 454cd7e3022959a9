import { createRequire } from 'node:module'
import type { RE2JS } from 're2js'

const require = createRequire(import.meta.url)

/** A compiled expression. */
export interface GoPattern {
  readonly source: string
  /** Whether a text has a place that the expression matches. */
  test (text: string): boolean
}

/**
 * Compiles an expression in Go's syntax (RE2). The engine is RE2 itself, in JavaScript: the same language, and time
 * linear in the text whatever the expression. It is loaded with the first expression.
 *
 * @throws {SyntaxError} in Go's words, for what Go would refuse too
 */
export function compileGoPattern (source: string): GoPattern {
  const pattern = compileRe2(source)
  return { source, test: (text) => pattern.test(text) }
}

/** Returns what is wrong with an expression, in Go's words; null if nothing is. */
export function patternProblem (source: string): string | null {
  try {
    compileRe2(source)
    return null
  } catch (error) {
    return (error as Error).message
  }
}

/** Compiles an expression for what needs the places of its matches. */
export function compileRe2 (source: string): RE2JS {
  const { RE2JS: Engine } = require('re2js') as typeof import('re2js')
  try {
    return Engine.compile(source)
  } catch (error) {
    const { message } = error as Error
    // Go names a part of the expression in every message, if only an empty one.
    throw new SyntaxError(message.endsWith('`') ? message : `${message}: \`\``, { cause: error })
  }
}
