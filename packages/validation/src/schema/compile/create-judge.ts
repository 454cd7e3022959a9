import { findInexactNumbers, parseExact } from '@floodgate/core'
import { createVerdict } from './ajv-verdict.ts'
import { compileSchema } from './compile-schema.ts'
import { canonicalText, readDecimal } from '../evaluate/decimal.ts'
import { malformedProblem, nestingProblem, tooDeep } from './malformed.ts'
import type { SchemaPath } from './schema-problem.ts'
import { walk } from '../evaluate/walk.ts'
import { writeViolations } from '../evaluate/violation.ts'

/** What is wrong with a document. */
export interface Wrong {
  /** In the reference's words. */
  readonly text: string
  /** For the log: shorter, without values of the document. */
  readonly detail: string
}

/** Judges documents by one schema. */
export interface Judge {
  /** Where the schema has formats that its version does not check. */
  readonly idleFormats: readonly SchemaPath[]
  /** Judges the text of a document: null where it fits. */
  judgeText (json: Buffer): Wrong | null | Promise<Wrong>
  /** Judges a decoded document; its numbers may be marked texts. */
  judgeValue (value: unknown): Wrong | null
}

/**
 * Prepares a schema: everything is compiled here, and nothing that a document brings ever is.
 *
 * @throws {SchemaProblem} the schema cannot be used
 */
export function createJudge (schema: unknown): Judge {
  const compiled = compileSchema(schema)
  const fits = createVerdict(compiled)

  function explain (value: unknown): Wrong | null {
    const violations = walk(compiled.root, value)
    return violations.length === 0 ? null : { text: writeViolations(violations), detail: writeViolations(violations, true) }
  }

  return {
    idleFormats: compiled.idleFormats,
    judgeText (json) {
      const nesting = nestingProblem(json)
      if (nesting !== null) return plain(nesting)
      const inexact = findChanged(json)
      let value: unknown
      try {
        value = parseExact(json, inexact)
      } catch {
        return plain(malformedProblem(json))
      }
      return withinStack(() => inexact === null && fits !== null && fits(value) ? null : explain(value))
    },
    judgeValue: (value) => withinStack(() => explain(value))
  }
}

function plain (text: string): Wrong {
  return { text, detail: text }
}

/** A document may be nested deeper than a schema that refers to itself can follow. */
function withinStack (judge: () => Wrong | null): Wrong | null {
  try {
    return judge()
  } catch (error) {
    if (error instanceof RangeError) return plain(tooDeep)
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
