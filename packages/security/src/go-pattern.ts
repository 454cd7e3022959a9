import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** Tells whether a text has a place that fits. */
export type FitsPattern = (text: string) => boolean

/**
 * Compiles an expression in Go's syntax (RE2). The engine is RE2 itself, in JavaScript: the same language, and time
 * linear in the text whatever the expression. It is loaded with the first expression.
 *
 * @throws {SyntaxError} what Go would refuse too
 */
export function compileGoPattern (source: string): FitsPattern {
  const { RE2JS } = require('re2js') as typeof import('re2js')
  try {
    const pattern = RE2JS.compile(source)
    return (text) => pattern.matcher(text).find()
  } catch (error) {
    throw new SyntaxError((error as Error).message, { cause: error })
  }
}
