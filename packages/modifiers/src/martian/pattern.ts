import { compileGoPattern } from '@floodgate/go/regexp'
import type { Fields } from './fields.ts'

/** Compiles a field in Go's syntax (RE2); an error is reported. Returns whether a text has a place that fits. */
export function compilePattern (fields: Fields, field: string): (text: string) => boolean {
  try {
    const pattern = compileGoPattern(fields.text(field))
    return (text) => pattern.test(text)
  } catch (error) {
    fields.problem(field, `not a valid regular expression in Go's syntax: ${(error as Error).message}`)
    return () => false
  }
}
