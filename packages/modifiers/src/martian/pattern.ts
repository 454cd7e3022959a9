import { createRequire } from 'node:module'
import type { Fields } from './fields.ts'

const require = createRequire(import.meta.url)

/** Compiles a field in Go's syntax (RE2), told where it is none. Tells whether a text has a place that fits. */
export function compilePattern (fields: Fields, field: string): (text: string) => boolean {
  const source = fields.text(field)
  const { RE2JS } = require('re2js') as typeof import('re2js')
  try {
    const pattern = RE2JS.compile(source)
    return (text) => pattern.matcher(text).find()
  } catch (error) {
    fields.problem(field, `not an expression in Go's syntax: ${(error as Error).message}`)
    return () => false
  }
}
