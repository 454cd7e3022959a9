import { createRequire } from 'node:module'
import type { ErrorObject } from 'ajv'
import { pointerSteps } from '@floodgate/core'
import { describeFailure, type Schema } from '@floodgate/settings'
import type { ProblemDraft } from '../locate/problem.ts'
import type { JsonSchema } from './strict-schema.ts'

const require = createRequire(import.meta.url)

/** Validates a value against an external schema with any keywords: by ajv, which is loaded for this alone. */
export function checkForeign (schema: JsonSchema, value: unknown): ProblemDraft[] {
  const { Ajv } = require('ajv') as typeof import('ajv')
  const validate = new Ajv({ allErrors: true, strict: false, verbose: true, validateFormats: false, logger: false }).compile(schema)
  return validate(value) ? [] : explain(validate.errors ?? [], value)
}

/** Problems of an alternative's parts are covered by the alternative's problem. */
function explain (errors: readonly ErrorObject[], value: unknown): ProblemDraft[] {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf').map(({ schemaPath }) => `${schemaPath}/`)
  return errors
    .filter(({ keyword, schemaPath }) => keyword !== 'if' && !unions.some((union) => schemaPath.startsWith(union)))
    .map(
      ({ keyword, parentSchema, data, instancePath, params }) =>
        describeFailure(keyword, parentSchema as Schema, data, pointerSteps(instancePath, value), params['missingProperty'] ?? params['additionalProperty'])
    )
}
