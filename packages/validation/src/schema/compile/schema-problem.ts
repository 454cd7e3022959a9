/** Steps from the root of the configured schema. */
export type SchemaPath = readonly (string | number)[]

/** Why a schema cannot be used, and where in the configuration. */
export class SchemaProblem extends Error {
  readonly path: SchemaPath

  constructor (path: SchemaPath, message: string) {
    super(message)
    this.path = path
  }
}
