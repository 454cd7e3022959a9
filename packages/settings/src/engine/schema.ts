/** A JSON Schema, as far as the code that reads it needs its type. Keywords are those of draft 7, and three that only Floodgate has. */
export interface Schema {
  /** Those of JSON Schema, and `function` for options of plugins. */
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly items?: Schema | boolean | readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly title?: string
  readonly description?: string
  readonly deprecated?: boolean
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly minLength?: number
  /** Why a key has no effect: setting it causes a warning. */
  readonly inert?: string
  /** An inert key that would have restricted access: it prevents the start. */
  readonly narrows?: boolean
  /** The key is read and not needed: its purpose is served without it. */
  readonly needless?: boolean
}
