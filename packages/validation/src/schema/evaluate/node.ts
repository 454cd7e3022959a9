import type { FormatProblem } from '../../formats/format.ts'
import type { Decimal } from './decimal.ts'
import type { Draft } from '../compile/draft.ts'
import type { GoPattern } from '@floodgate/go/regexp'

/** A compiled schema: its keywords parsed, its references resolved. Missing keywords are undefined. */
export interface SchemaNode {
  readonly draft: Draft
  /** The resource, for `$dynamicRef` and `$recursiveRef`. */
  readonly scope: ScopeNode
  /** `true` or `false` as a schema. */
  always?: boolean
  types?: ReadonlySet<string>
  /** The types for a message, in the reference's order. */
  typeNames?: string
  constant?: { readonly value: unknown }
  values?: readonly unknown[]
  format?: { readonly name: string, readonly problem: FormatProblem }
  ref?: SchemaNode
  recursiveRef?: SchemaNode
  dynamicRef?: { readonly node: SchemaNode, readonly anchor: string | null }
  dynamicAnchor?: string

  minProperties?: number
  maxProperties?: number
  required?: readonly string[]
  dependencies?: readonly Dependency[]
  properties?: ReadonlyMap<string, SchemaNode>
  patternProperties?: readonly (readonly [GoPattern, SchemaNode])[]
  additionalProperties?: SchemaNode
  propertyNames?: SchemaNode
  dependentSchemas?: readonly (readonly [string, SchemaNode])[]
  dependentRequired?: readonly (readonly [string, readonly string[]])[]
  unevaluatedProperties?: SchemaNode

  minItems?: number
  maxItems?: number
  uniqueItems?: boolean
  /** Schemas of the first items. */
  prefixItems?: readonly SchemaNode[]
  /** Schema of all other items. */
  items?: SchemaNode
  /** Whether `items` is called `additionalItems`, as in drafts before 2020. */
  itemsAreAdditional?: boolean
  contains?: SchemaNode
  minContains?: number
  maxContains?: number
  unevaluatedItems?: SchemaNode

  minLength?: number
  maxLength?: number
  pattern?: GoPattern

  limits?: readonly Limit[]
  multipleOf?: { readonly decimal: Decimal, readonly value: number }

  not?: SchemaNode
  allOf?: readonly SchemaNode[]
  anyOf?: readonly SchemaNode[]
  oneOf?: readonly SchemaNode[]
  if?: SchemaNode
  then?: SchemaNode
  else?: SchemaNode
}

export interface Dependency {
  readonly property: string
  readonly needs: readonly string[] | SchemaNode
}

export interface Limit {
  readonly keyword: 'minimum' | 'maximum' | 'exclusiveMinimum' | 'exclusiveMaximum'
  readonly decimal: Decimal
  readonly value: number
}

/** State shared by the schemas of one resource. */
export interface ScopeNode {
  root?: SchemaNode
  /** Whether the resource has `$recursiveAnchor: true`. */
  readonly recursive: boolean
  readonly dynamicAnchors: ReadonlyMap<string, SchemaNode>
}
