import { literalOf } from '@floodgate/core'
import { compareDecimals, decimalOf, isMultiple, isWhole, type Decimal } from './decimal.ts'
import type { Limit, SchemaNode } from './node.ts'
import * as texts from './texts.ts'
import { findDuplicate, isEqual, typeOf } from './values.ts'
import { most, type Location, type Text, type Violation } from './violation.ts'

/** The schemas on the way to the current one, for dynamic references. */
interface Scope {
  readonly node: SchemaNode
  readonly outer: Scope | null
}

/** What has not been evaluated yet, for `unevaluated…`; null if no schema needs it. */
interface Unevaluated {
  properties: Set<string> | null
  items: Set<number> | null
}

const NOTHING: Unevaluated = { properties: null, items: null }

type Properties = Readonly<Record<string, unknown>>

/**
 * Returns the violations of a schema by a document, with the reference's rules and messages; empty if it is valid.
 * Numbers may be marked strings (`parseExact`).
 *
 * A failure of `type`, `const`, `enum` or `format` ends the validation of a value; all other violations are collected.
 */
export function walk (root: SchemaNode, document: unknown): readonly Violation[] {
  return new Walk().start(root, document)
}

class Walk {
  #told = 0

  start (root: SchemaNode, value: unknown): readonly Violation[] {
    const violation = new Visit(this, root, value, null, { node: root, outer: null }, false, false).validator()
    if (violation === null) return []
    return violation.kind === 'group' ? violation.causes : [violation]
  }

  count (): void { this.#told++ }

  get isFull (): boolean { return this.#told > most }
}

/** One schema applied to one value. */
class Visit {
  readonly #walk: Walk
  readonly #node: SchemaNode
  readonly #value: unknown
  readonly #at: Location | null
  readonly #scope: Scope
  /** Whether only the result is needed, not the violations. */
  readonly #quick: boolean
  readonly #violations: Violation[] = []
  unevaluated: Unevaluated

  constructor (walk: Walk, node: SchemaNode, value: unknown, at: Location | null, scope: Scope, quick: boolean, needed: boolean) {
    this.#walk = walk
    this.#node = node
    this.#value = value
    this.#at = at
    this.#scope = scope
    this.#quick = quick
    this.unevaluated = startUnevaluated(node, value, needed)
  }

  validator (): Violation | null {
    const node = this.#node
    if (node.always !== undefined) return node.always ? null : this.#violation(texts.falseSchema)
    const early = this.#checkEarly()
    if (early !== null) return this.#violation(early)
    if (node.ref !== undefined) {
      const violation = this.#follow(node.ref)
      if (node.draft <= 7) return violation
      this.#add(violation)
    }
    if (!this.#isDone) this.#checkByType()
    if (!this.#isDone) this.#checkRest()
    const [first, second] = this.#violations
    if (first === undefined) return null
    return second === undefined ? first : { at: this.#at, text: texts.group, causes: this.#violations, kind: 'group' }
  }

  /** Keywords whose failure ends the validation of the value. */
  #checkEarly (): Text | null {
    const { types, typeNames, constant, values, format } = this.#node
    const value = this.#value
    if (types !== undefined) {
      const type = typeOf(value)
      if (!types.has(type) && !(type === 'number' && types.has('integer') && isWhole(decimalOf(value)!))) {
        return () => texts.wrongType(type, typeNames!)
      }
    }
    if (constant !== undefined && !isEqual(value, constant.value)) return () => texts.wrongConstant(constant.value)
    if (values !== undefined && !values.some((one) => isEqual(value, one))) return () => texts.notAmong(values)
    if (format !== undefined && typeof value === 'string' && typeOf(value) === 'string') {
      const problem = format.problem(value)
      if (problem !== null) return (forLog) => texts.wrongFormat(value, format.name, problem, forLog)
    }
    return null
  }

  #checkByType (): void {
    const value = this.#value
    switch (typeOf(value)) {
      case 'object': this.#checkObject(value as Properties); break
      case 'array': this.#checkArray(value as readonly unknown[]); break
      case 'string': this.#checkText(value as string); break
      case 'number': this.#checkNumber(value)
    }
  }

  #checkRest (): void {
    const { draft, recursiveRef, dynamicRef } = this.#node
    if (draft >= 2019) {
      if (recursiveRef !== undefined) {
        this.#add(this.#follow(recursiveRef.scope.recursive ? this.#outermostRecursive(recursiveRef) : recursiveRef))
      }
      if (dynamicRef !== undefined) this.#add(this.#follow(this.#resolveDynamic(dynamicRef)))
    }
    this.#checkCombined()
    if (draft >= 2019) this.#checkUnevaluated()
  }

  #checkObject (object: Properties): void {
    const node = this.#node
    const keys = Object.keys(object)
    if (node.minProperties !== undefined && keys.length < node.minProperties) {
      this.#tell(() => texts.count('minProperties', keys.length, node.minProperties!))
    }
    if (node.maxProperties !== undefined && keys.length > node.maxProperties) {
      this.#tell(() => texts.count('maxProperties', keys.length, node.maxProperties!))
    }
    if (node.required !== undefined) this.#requireAll(object, node.required, texts.missing)
    for (const { property, needs } of node.dependencies ?? []) {
      if (!Object.hasOwn(object, property)) continue
      if ('draft' in needs) this.#add(this.#same(needs))
      else this.#requireAll(object, needs, (missing) => texts.missingFor(missing, property))
    }
    this.#checkProperties(object, keys)
    if (node.propertyNames !== undefined) this.#checkNames(keys, node.propertyNames)
    for (const [property, schema] of node.dependentSchemas ?? []) {
      if (Object.hasOwn(object, property)) this.#add(this.#same(schema))
    }
    for (const [property, needs] of node.dependentRequired ?? []) {
      if (Object.hasOwn(object, property)) this.#requireAll(object, needs, (missing) => texts.missingFor(missing, property))
    }
  }

  #requireAll (object: Properties, names: readonly string[], tell: (missing: string[]) => string): void {
    const missing = names.filter((name) => !Object.hasOwn(object, name))
    if (missing.length > 0) this.#tell(() => tell(missing))
  }

  #checkProperties (object: Properties, keys: readonly string[]): void {
    const { properties, patternProperties = [], additionalProperties } = this.#node
    if (properties === undefined && patternProperties.length === 0 && additionalProperties === undefined) return
    const refused: string[] = []
    for (const key of keys) {
      if (this.#isDone) return
      let evaluated = false
      const own = properties?.get(key)
      if (own !== undefined) {
        evaluated = true
        this.#add(this.#below(own, object[key], key))
      }
      for (const [pattern, schema] of patternProperties) {
        if (!pattern.test(key)) continue
        evaluated = true
        this.#add(this.#below(schema, object[key], key))
      }
      if (!evaluated && additionalProperties !== undefined) {
        evaluated = true
        if (additionalProperties.always === undefined) this.#add(this.#below(additionalProperties, object[key], key))
        else if (!additionalProperties.always) refused.push(key)
      }
      if (evaluated) this.unevaluated.properties?.delete(key)
    }
    if (refused.length > 0) this.#tell(() => texts.additional(refused))
  }

  /** Property names are validated as separate documents, so that places in their violations have no path. */
  #checkNames (keys: readonly string[], schema: SchemaNode): void {
    for (const key of keys) {
      if (this.#isDone) return
      const causes = this.#walk.start(schema, key)
      if (causes.length > 0) this.#violations.push({ at: null, text: () => texts.wrongName(key), causes, kind: 'own' })
    }
  }

  #checkArray (array: readonly unknown[]): void {
    const { minItems, maxItems, uniqueItems, prefixItems = [], items, itemsAreAdditional, contains } = this.#node
    if (minItems !== undefined && array.length < minItems) this.#tell(() => texts.count('minItems', array.length, minItems))
    if (maxItems !== undefined && array.length > maxItems) this.#tell(() => texts.count('maxItems', array.length, maxItems))
    if (uniqueItems === true) {
      const pair = findDuplicate(array)
      if (pair !== null) this.#tell(() => texts.duplicates(...pair))
    }
    const first = Math.min(prefixItems.length, array.length)
    for (let i = 0; i < first && !this.#isDone; i++) this.#add(this.#below(prefixItems[i]!, array[i], String(i)))
    if (itemsAreAdditional === true && items?.always !== undefined) {
      if (!items.always && first < array.length) this.#tell(() => texts.additionalItems(array.length - first))
    } else if (items !== undefined) {
      // The reference also counts from 0 after the first items.
      for (let i = first; i < array.length && !this.#isDone; i++) this.#add(this.#below(items, array[i], String(i - first)))
    }
    if (contains !== undefined) this.#checkContains(array, contains)
  }

  #checkContains (array: readonly unknown[], contains: SchemaNode): void {
    const { draft, minContains, maxContains } = this.#node
    const failed: Violation[] = []
    const found: number[] = []
    for (let i = 0; i < array.length; i++) {
      const violation = this.#below(contains, array[i], String(i), this.#quick || failed.length > most)
      if (violation !== null) {
        if (failed.length <= most) failed.push(violation)
        continue
      }
      found.push(i)
      if (draft >= 2020) this.unevaluated.items?.delete(i)
    }
    if (minContains === undefined ? found.length === 0 : found.length < minContains) {
      this.#tell(() => texts.tooFewFound(found, minContains), failed)
    }
    if (maxContains !== undefined && found.length > maxContains) this.#tell(() => texts.tooManyFound(found, maxContains))
  }

  #checkText (text: string): void {
    const { minLength, maxLength, pattern } = this.#node
    if (minLength !== undefined || maxLength !== undefined) {
      const length = countCharacters(text)
      if (minLength !== undefined && length < minLength) this.#tell(() => texts.count('minLength', length, minLength))
      if (maxLength !== undefined && length > maxLength) this.#tell(() => texts.count('maxLength', length, maxLength))
    }
    if (pattern !== undefined && !pattern.test(text)) this.#tell((forLog) => texts.wrongPattern(text, pattern.source, forLog))
  }

  #checkNumber (value: unknown): void {
    const { limits, multipleOf } = this.#node
    if (limits === undefined && multipleOf === undefined) return
    const decimal = decimalOf(value)!
    for (const limit of limits ?? []) {
      if (!isWithin(decimal, limit)) this.#tell((forLog) => texts.number(limit.keyword, Number(literalOf(value)), limit.value, forLog))
    }
    if (multipleOf !== undefined && !isMultiple(decimal, multipleOf.decimal)) {
      this.#tell((forLog) => texts.number('multipleOf', Number(literalOf(value)), multipleOf.value, forLog))
    }
  }

  #checkCombined (): void {
    const { not, allOf, anyOf, oneOf } = this.#node
    if (not !== undefined && this.#same(not, true) === null) this.#tell(texts.not)
    if (allOf !== undefined) {
      const failed = allOf.map((schema) => this.#same(schema)).filter((violation) => violation !== null)
      if (failed.length > 0) this.#tell(texts.allOf, failed)
    }
    if (anyOf !== undefined) this.#checkAny(anyOf)
    if (oneOf !== undefined) this.#checkOne(oneOf)
    if (this.#node.if === undefined) return
    const branch = this.#same(this.#node.if, true) === null ? this.#node.then : this.#node.else
    if (branch !== undefined) this.#add(this.#same(branch))
  }

  #checkAny (schemas: readonly SchemaNode[]): void {
    const failed: Violation[] = []
    let fits = false
    for (const schema of schemas) {
      const violation = this.#same(schema)
      if (violation !== null) failed.push(violation)
      else {
        fits = true
        // Each of them may evaluate properties or items.
        if (this.#isAllEvaluated) break
      }
    }
    if (!fits) this.#tell(texts.anyOf, failed)
  }

  #checkOne (schemas: readonly SchemaNode[]): void {
    const failed: Violation[] = []
    let fitting = -1
    for (const [i, schema] of schemas.entries()) {
      const violation = this.#same(schema, fitting >= 0)
      if (violation !== null) {
        if (fitting < 0) failed.push(violation)
      } else if (fitting >= 0) {
        const first = fitting
        this.#tell(() => texts.severalOf(first, i))
        return
      } else {
        fitting = i
      }
    }
    if (fitting < 0) this.#tell(texts.noneOf, failed)
  }

  #checkUnevaluated (): void {
    const { unevaluatedProperties, unevaluatedItems } = this.#node
    const { properties, items } = this.unevaluated
    const value = this.#value
    if (unevaluatedProperties !== undefined && typeOf(value) === 'object') {
      for (const key of properties ?? []) this.#add(this.#below(unevaluatedProperties, (value as Properties)[key], key))
      this.unevaluated = { ...this.unevaluated, properties: null }
    }
    if (unevaluatedItems !== undefined && Array.isArray(value)) {
      for (const i of items ?? []) this.#add(this.#below(unevaluatedItems, value[i], String(i)))
      this.unevaluated = { ...this.unevaluated, items: null }
    }
  }

  /** Applies another schema to the same value. */
  #same (node: SchemaNode, quick = false): Violation | null {
    const visit = new Visit(
      this.#walk,
      node,
      this.#value,
      this.#at,
      { node, outer: this.#scope },
      this.#quick || quick,
      !this.#isAllEvaluated
    )
    const violation = visit.validator()
    if (violation === null) this.#evaluate(visit.unevaluated)
    return violation
  }

  /** Applies a schema to a property or an item. */
  #below (node: SchemaNode, value: unknown, token: string, quick = this.#quick): Violation | null {
    return new Visit(
      this.#walk,
      node,
      value,
      quick ? null : { parent: this.#at, token },
      { node, outer: this.#scope },
      quick,
      false
    ).validator()
  }

  #follow (node: SchemaNode): Violation | null {
    const violation = this.#same(node)
    if (violation === null) return null
    return { at: this.#at, text: texts.group, causes: violation.kind === 'group' ? violation.causes : [violation], kind: 'reference' }
  }

  #outermostRecursive (fallback: SchemaNode): SchemaNode {
    let found = fallback
    for (let scope: Scope | null = this.#scope; scope !== null; scope = scope.outer) {
      if (scope.node.scope.recursive) found = scope.node.scope.root ?? found
    }
    return found
  }

  #resolveDynamic ({ node, anchor }: NonNullable<SchemaNode['dynamicRef']>): SchemaNode {
    if (anchor === null || node.dynamicAnchor !== anchor) return node
    let found = node
    for (let scope: Scope | null = this.#scope; scope !== null; scope = scope.outer) {
      found = scope.node.scope.dynamicAnchors.get(anchor) ?? found
    }
    return found
  }

  /** What another schema has left unevaluated in the same value. */
  #evaluate ({ properties, items }: Unevaluated): void {
    for (const key of this.unevaluated.properties ?? []) if (properties?.has(key) !== true) this.unevaluated.properties!.delete(key)
    for (const i of this.unevaluated.items ?? []) if (items?.has(i) !== true) this.unevaluated.items!.delete(i)
  }

  get #isAllEvaluated (): boolean {
    const { properties, items } = this.unevaluated
    return (properties === null || properties.size === 0) && (items === null || items.size === 0)
  }

  /**
   * Returns whether validation can stop: the value is invalid and only the result is needed, or enough violations are
   * collected.
   */
  get #isDone (): boolean {
    return this.#violations.length > 0 && (this.#quick || this.#walk.isFull)
  }

  #add (violation: Violation | null): void {
    if (violation !== null) this.#violations.push(violation)
  }

  #tell (text: Text, causes: readonly Violation[] = []): void {
    this.#violations.push(this.#violation(text, causes))
  }

  #violation (text: Text, causes: readonly Violation[] = []): Violation {
    if (this.#quick) return FAILED
    this.#walk.count()
    return { at: this.#at, text, causes, kind: 'own' }
  }
}

/** Placeholder for any violation if only the result is needed. */
const FAILED: Violation = { at: null, text: texts.group, causes: [], kind: 'own' }

function startUnevaluated (node: SchemaNode, value: unknown, needed: boolean): Unevaluated {
  if (typeof value !== 'object' || value === null) return NOTHING
  if (Array.isArray(value)) {
    const from = node.items === undefined ? node.prefixItems?.length ?? 0 : Infinity
    if (!(needed || node.unevaluatedItems !== undefined) || from >= value.length) return NOTHING
    const items = new Set<number>()
    for (let i = from; i < value.length; i++) items.add(i)
    return { properties: null, items }
  }
  if (!(needed || node.unevaluatedProperties !== undefined) || node.additionalProperties !== undefined) return NOTHING
  return { properties: new Set(Object.keys(value)), items: null }
}

function isWithin (value: Decimal, { keyword, decimal }: Limit): boolean {
  const order = compareDecimals(value, decimal)
  switch (keyword) {
    case 'minimum': return order >= 0
    case 'maximum': return order <= 0
    case 'exclusiveMinimum': return order > 0
    case 'exclusiveMaximum': return order < 0
  }
}

/** Length in Unicode characters: a surrogate pair counts as one. */
function countCharacters (text: string): number {
  let count = text.length
  for (let i = 0; i < text.length - 1; i++) {
    const unit = text.charCodeAt(i)
    if (unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      count--
      i++
    }
  }
  return count
}
