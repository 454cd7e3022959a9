import type { FeatureContext, Place } from '@floodgate/core'
import { createJudge, type Judge } from './create-judge.ts'
import { SchemaProblem } from './schema-problem.ts'

/** Prepares the schema at a place of the configuration; what is wrong with it stops the start, there. */
export function compileAt (schema: unknown, place: Place, { problem }: FeatureContext): Judge | null {
  try {
    return createJudge(schema)
  } catch (error) {
    if (!(error instanceof SchemaProblem)) throw error
    problem([...place, ...error.path], error.message)
    return null
  }
}
