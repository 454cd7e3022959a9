import { lineAndColumn, showRawLine } from './source.ts'
import { SyntaxProblem } from './syntax-problem.ts'

/**
 * Largest depth of objects and lists in a configuration of any format: later code is recursive.
 */
export const maxNesting = 250

/** Message for a configuration with more levels. */
export const nestedTooDeep = `objects and lists are nested more than ${maxNesting} levels deep`

/** Creates the problem of a text that is nested too deeply from an offset on. */
export function nestingProblem (text: string, offset: number): SyntaxProblem {
  const where = lineAndColumn(text, offset)
  return new SyntaxProblem(
    `${nestedTooDeep}, in line ${where.line}, column ${where.column}`,
    where,
    showRawLine(text, offset),
    null,
    { code: 'too-deep' }
  )
}

/** Returns the offset at which a JSON text, valid or not, is nested too deeply; -1 if it is not. */
export function findExcessiveLevel (text: string): number {
  let levels = 0
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 34: // "
        for (i++; i < text.length && text.charCodeAt(i) !== 34; i++) if (text.charCodeAt(i) === 92) i++
        break
      case 91: case 123: // [ {
        if (++levels > maxNesting) return i
        break
      case 93: case 125: levels-- // ] }
    }
  }
  return -1
}

/** Returns whether a value without cycles has more levels than a configuration may have. */
export function isNestedTooDeep (value: unknown, levels = maxNesting): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  for (const item of Object.values(value)) if (typeof item === 'object' && isNestedTooDeep(item, levels - 1)) return true
  return false
}
