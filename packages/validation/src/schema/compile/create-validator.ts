import { findInexactNumbers, parseExact } from '@floodgate/core'
import { createVerdict } from './ajv-verdict.ts'
import { compileSchema } from './compile-schema.ts'
import { canonicalText, readDecimal } from '../evaluate/decimal.ts'
import { malformedProblem, nestingProblem, tooDeep } from './malformed.ts'
import type { OnFile } from './documents.ts'
import type { SchemaPath } from './schema-problem.ts'
import { walk } from '../evaluate/walk.ts'
import { writeViolations } from '../evaluate/violation.ts'

/** Why a document is invalid. */
export interface Wrong {
  /** The reference's message. */
  readonly text: string
  /** For the log: shorter, without values of the document. */
  readonly detail: string
}

/** Validates documents against one schema. */
export interface Validator {
  /** Places of formats that the schema's version does not check. */
  readonly idleFormats: readonly SchemaPath[]
  /** Validates the text of a document; null if it is valid. */
  checkText (json: Buffer): Wrong | null | Promise<Wrong>
  /** Validates a decoded document; its numbers may be marked strings. */
  checkValue (value: unknown): Wrong | null
}

/**
 * Compiles a schema completely; nothing is compiled while documents are validated.
 *
 * @param reads called with each file that the schema refers to, absolute
 * @throws {SchemaProblem} the schema cannot be used
 */
export function createValidator (schema: unknown, reads?: OnFile): Validator {
  const compiled = compileSchema(schema, reads)
  const fits = createVerdict(compiled)

  function explain (value: unknown): Wrong | null {
    const violations = walk(compiled.root, value)
    return violations.length === 0 ? null : { text: writeViolations(violations), detail: writeViolations(violations, true) }
  }

  return {
    idleFormats: compiled.idleFormats,
    checkText (json) {
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
    checkValue: (value) => withinStack(() => explain(value))
  }
}

function plain (text: string): Wrong {
  return { text, detail: text }
}

/** Recursion through a schema that references itself may exceed the stack for a deeply nested document. */
function withinStack (validator: () => Wrong | null): Wrong | null {
  try {
    return validator()
  } catch (error) {
    if (error instanceof RangeError) return plain(tooDeep)
    throw error
  }
}

/** Numbers whose value a double would change, not only their notation (`3.0`). */
function findChanged (json: Buffer): number[] | null {
  const found = findInexactNumbers(json)
  if (found === null) return null
  const changed: number[] = []
  for (let i = 0; i < found.length; i += 2) {
    const literal = json.toString('latin1', found[i]!, found[i + 1]!)
    const double = Number(literal)
    // Invalid numbers are reported when the text is parsed.
    if (Number.isNaN(double)) continue
    if (!Number.isFinite(double) || canonicalText(readDecimal(literal)) !== canonicalText(readDecimal(String(double)))) {
      changed.push(found[i]!, found[i + 1]!)
    }
  }
  return changed.length === 0 ? null : changed
}
