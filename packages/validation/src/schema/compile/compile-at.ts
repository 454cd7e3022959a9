import type { FeatureContext, Place } from '@floodgate/core'
import { draftNames } from './draft.ts'
import { createValidator, type Validator } from './create-validator.ts'
import { SchemaProblem } from './schema-problem.ts'

/**
 * Compiles the schema at a place of the configuration. Errors are reported at their place and prevent the start;
 * formats that are not checked are reported as warnings.
 */
export function compileAt (schema: unknown, place: Place, { problem, warning, reads }: FeatureContext): Validator | null {
  try {
    const validator = createValidator(schema, reads)
    const [first, ...others] = validator.idleFormats
    if (first !== undefined) {
      warning(
        [...place, ...first],
        `is not checked${others.length === 0 ? '' : `, nor ${others.length === 1 ? 'is' : 'are'} ${others.length} more of this schema`}: since draft 2019-09 "format" is only an annotation, as on KrakenD. To have formats checked, begin the schema with "$schema": ${JSON.stringify(draftNames[7].url)}`
      )
    }
    return validator
  } catch (error) {
    if (!(error instanceof SchemaProblem)) throw error
    problem([...place, ...error.path], error.message)
    return null
  }
}
