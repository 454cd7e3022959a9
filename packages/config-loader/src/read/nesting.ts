import { lineAndColumn, showRawLine } from './source.ts'
import { SyntaxProblem } from './syntax-problem.ts'

/** How many objects and lists may stand in each other in a configuration, whatever its format: what reads it later calls itself for each. */
export const maxNesting = 250

/** What is said of a configuration with more levels. */
export const nestedTooDeep = `objects and lists are nested more than ${maxNesting} levels deep`

/** Makes the problem of a text that is nested too deep from an offset on. */
export function nestingProblem (text: string, offset: number): SyntaxProblem {
  const where = lineAndColumn(text, offset)
  return new SyntaxProblem(`${nestedTooDeep}, in line ${where.line}, column ${where.column}`, where, showRawLine(text, offset), null, { code: 'too-deep' })
}

/** Where a JSON text, right or wrong, opens one level too many; -1 = nowhere. */
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

/** Tells whether a value without cycles has more levels than a configuration may have. */
export function isNestedTooDeep (value: unknown, levels = maxNesting): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  for (const item of Object.values(value)) if (typeof item === 'object' && isNestedTooDeep(item, levels - 1)) return true
  return false
}
