import { findInexactNumbers, parseExact } from '@floodgate/core'
import { createVerdict } from './ajv-verdict.ts'
import { compileSchema } from './compile-schema.ts'
import { canonicalText, readDecimal } from './decimal.ts'
import { malformedProblem, nestingProblem, tooDeep } from './malformed.ts'
import type { SchemaPath } from './schema-problem.ts'
import { walk } from './walk.ts'
import { writeViolations } from './violation.ts'

/** Judges documents by one schema. */
export interface Judge {
  /** Where the schema has formats that its version does not check. */
  readonly idleFormats: readonly SchemaPath[]
  /** Judges the text of a document: null where it fits, else what is wrong, in the reference's words. */
  judgeText (json: Buffer): string | null | Promise<string>
  /** Judges a decoded document; its numbers may be marked texts. */
  judgeValue (value: unknown): string | null
}

/**
 * Prepares a schema: everything is compiled here, and nothing that a document brings ever is.
 *
 * @throws {SchemaProblem} the schema cannot be used
 */
export function createJudge (schema: unknown): Judge {
  const compiled = compileSchema(schema)
  const fits = createVerdict(compiled)

  function explain (value: unknown): string | null {
    const violations = walk(compiled.root, value)
    return violations.length === 0 ? null : writeViolations(violations)
  }

  return {
    idleFormats: compiled.idleFormats,
    judgeText (json) {
      const nesting = nestingProblem(json)
      if (nesting !== null) return nesting
      const inexact = findChanged(json)
      let value: unknown
      try {
        value = parseExact(json, inexact)
      } catch {
        return malformedProblem(json)
      }
      return withinStack(() => inexact === null && fits !== null && fits(value) ? null : explain(value))
    },
    judgeValue: (value) => withinStack(() => explain(value))
  }
}

/** A document may be nested deeper than a schema that refers to itself can follow. */
function withinStack (judge: () => string | null): string | null {
  try {
    return judge()
  } catch (error) {
    if (error instanceof RangeError) return tooDeep
    throw error
  }
}

/** The numbers that a double would change in value, not only in how they are written (`3.0`). */
function findChanged (json: Buffer): number[] | null {
  const found = findInexactNumbers(json)
  if (found === null) return null
  const changed: number[] = []
  for (let i = 0; i < found.length; i += 2) {
    const literal = json.toString('latin1', found[i]!, found[i + 1]!)
    const double = Number(literal)
    // What is no number is told when it is parsed.
    if (Number.isNaN(double)) continue
    if (!Number.isFinite(double) || canonicalText(readDecimal(literal)) !== canonicalText(readDecimal(String(double)))) changed.push(found[i]!, found[i + 1]!)
  }
  return changed.length === 0 ? null : changed
}
