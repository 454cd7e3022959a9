import { formats } from '../../formats/format.ts'
import { readDecimal } from '../evaluate/decimal.ts'
import { defaultDraft, type Draft } from './draft.ts'
import { Documents, isSchemaObject, originPath, rootUrl, within, type Document, type Resource, type SchemaObject, type OnFile } from './documents.ts'
import { findEndless } from './find-endless.ts'
import { compileGoPattern, type GoPattern } from '@floodgate/go/regexp'
import { checkBySchemaOfSchemas } from './check-schema.ts'
import type { Dependency, Limit, SchemaNode, ScopeNode } from '../evaluate/node.ts'
import { SchemaProblem, type SchemaPath } from './schema-problem.ts'

export interface CompiledSchema {
  readonly root: SchemaNode
  readonly documents: readonly Document[]
  /** Places of known formats that are not checked, because formats are annotations in this version. */
  readonly idleFormats: readonly SchemaPath[]
}

/** The order in which the reference names types. */
const TYPES = ['null', 'boolean', 'number', 'integer', 'string', 'array', 'object']

/**
 * Compiles a schema of a configuration: reads the files that it references, validates all of them against their
 * meta-schema, and resolves the references.
 *
 * @param reads called with each file, absolute
 * @throws {SchemaProblem} it is not a valid schema, or a reference cannot be resolved
 */
export function compileSchema (schema: unknown, reads?: OnFile): CompiledSchema {
  const documents = new Documents(reads)
  // A deep copy: objects are distinguished by identity, and a configuration may share some of them (YAML anchors).
  const resource = documents.add(rootUrl(), JSON.parse(JSON.stringify(schema)), { path: [], inFile: null }, defaultDraft)
  const compiler = new Compiler(documents)
  const root = compiler.compile(resource.root, resource)
  compiler.finish()
  const endless = findEndless(compiler.nodes.keys())
  if (endless !== null) {
    const origin = documents.originOf(compiler.nodes.get(endless)!)
    throw new SchemaProblem(
      origin.path,
      within(
        origin,
        'refers to itself without going into a property or an item, so that validation would never end: reference another schema'
      )
    )
  }
  return { root, documents: documents.documents, idleFormats: compiler.idleFormats }
}

class Compiler {
  readonly nodes = new Map<SchemaNode, SchemaObject>()
  readonly idleFormats: SchemaPath[] = []
  readonly #documents: Documents
  readonly #validated = new Set<Document>()
  readonly #nodes = new Map<SchemaObject, SchemaNode>()
  readonly #scopes = new Map<Resource, ScopeNode & { dynamicAnchors: Map<string, SchemaNode> }>()
  readonly #queue: (() => void)[] = []

  constructor (documents: Documents) {
    this.#documents = documents
  }

  compile (value: unknown, resource: Resource): SchemaNode {
    this.#validator()
    if (!isSchemaObject(value)) return { draft: resource.draft, scope: this.#scopeOf(resource), always: value !== false }
    const known = this.#nodes.get(value)
    if (known !== undefined) return known
    const own = this.#documents.resourceOf(value)
    const node: SchemaNode = { draft: own.draft, scope: this.#scopeOf(own) }
    this.#nodes.set(value, node)
    this.nodes.set(node, value)
    // Deferred, so that deep chains of references do not become deep recursion.
    this.#queue.push(() => { new Reader(value, node, own, this.#documents, this).read() })
    return node
  }

  finish (): void {
    // The list grows during the iteration.
    for (const read of this.#queue) read()
  }

  /** Documents that were read in the meantime are validated before anything in them is used. */
  #validator (): void {
    const { documents, embedded } = this.#documents
    for (const document of [...documents, ...embedded]) {
      if (this.#validated.has(document)) continue
      this.#validated.add(document)
      checkBySchemaOfSchemas(document, embedded.map(({ value }) => value))
    }
  }

  #scopeOf (resource: Resource): ScopeNode {
    const known = this.#scopes.get(resource)
    if (known !== undefined) return known
    const root = resource.root
    const scope: ScopeNode & { dynamicAnchors: Map<string, SchemaNode> } = {
      recursive: isSchemaObject(root) && root['$recursiveAnchor'] === true,
      dynamicAnchors: new Map()
    }
    this.#scopes.set(resource, scope)
    if (isSchemaObject(root)) scope.root = this.compile(root, resource)
    for (const [name, schema] of resource.dynamicAnchors) scope.dynamicAnchors.set(name, this.compile(schema, resource))
    return scope
  }
}

/** Reads the keywords of one schema. */
class Reader {
  readonly #schema: SchemaObject
  readonly #node: SchemaNode
  readonly #resource: Resource
  readonly #documents: Documents
  readonly #compiler: Compiler
  readonly #draft: Draft

  constructor (schema: SchemaObject, node: SchemaNode, resource: Resource, documents: Documents, compiler: Compiler) {
    this.#schema = schema
    this.#node = node
    this.#resource = resource
    this.#documents = documents
    this.#compiler = compiler
    this.#draft = resource.draft
  }

  read (): void {
    const { draft } = this.#node
    this.#set('ref', this.#reference('$ref'))
    // Its sibling keywords are ignored in that version.
    if (draft <= 7 && this.#node.ref !== undefined) return
    this.#readTypes()
    this.#readCombined()
    this.#readObject()
    this.#readArray()
    this.#readText()
    this.#readNumber()
    if (draft >= 2019) {
      this.#set('recursiveRef', this.#reference('$recursiveRef'))
      this.#readDynamic()
    }
  }

  #readTypes (): void {
    const type = this.#own('type')
    const types = new Set((Array.isArray(type) ? type : [type]).filter((name) => TYPES.includes(name)))
    if (types.size > 0) {
      this.#node.types = types
      this.#node.typeNames = TYPES.filter((name) => types.has(name)).join(' or ')
    }
    const values = this.#own('enum')
    if (Array.isArray(values)) this.#node.values = values
    if (this.#draft >= 6 && Object.hasOwn(this.#schema, 'const')) this.#node.constant = { value: this.#schema['const'] }
    const format = this.#own('format')
    if (typeof format !== 'string' || !Object.hasOwn(formats, format)) return
    if (this.#draft <= 7) this.#node.format = { name: format, problem: formats[format]! }
    else this.#compiler.idleFormats.push(originPath(this.#documents.originOf(this.#schema), 'format'))
  }

  #readCombined (): void {
    this.#set('not', this.#one('not'))
    this.#set('allOf', this.#list('allOf'))
    this.#set('anyOf', this.#list('anyOf'))
    this.#set('oneOf', this.#list('oneOf'))
    if (this.#draft < 7) return
    this.#set('if', this.#one('if'))
    this.#set('then', this.#one('then'))
    this.#set('else', this.#one('else'))
  }

  #readObject (): void {
    this.#set('minProperties', this.#count('minProperties'))
    this.#set('maxProperties', this.#count('maxProperties'))
    this.#set('required', this.#names(this.#own('required')))
    const properties = this.#map('properties')
    if (properties !== undefined) this.#node.properties = new Map(properties)
    this.#set(
      'patternProperties',
      this.#map('patternProperties')?.map(([source, node]) => [this.#pattern(source, 'patternProperties', source), node] as const)
    )
    this.#set('additionalProperties', this.#one('additionalProperties'))
    this.#set('dependencies', this.#readDependencies())
    if (this.#draft >= 6) this.#set('propertyNames', this.#one('propertyNames'))
    if (this.#draft < 2019) return
    this.#set('dependentSchemas', this.#map('dependentSchemas'))
    const required = this.#own('dependentRequired')
    if (isSchemaObject(required)) {
      this.#node.dependentRequired = Object.entries(required).map(([name, names]) => [name, this.#names(names) ?? []] as const)
    }
    this.#set('unevaluatedProperties', this.#one('unevaluatedProperties'))
  }

  #readDependencies (): Dependency[] | undefined {
    const dependencies = this.#own('dependencies')
    if (!isSchemaObject(dependencies)) return undefined
    return Object.entries(dependencies).map(([property, needs]) => ({ property, needs: this.#names(needs) ?? this.#compile(needs) }))
  }

  #readArray (): void {
    this.#set('minItems', this.#count('minItems'))
    this.#set('maxItems', this.#count('maxItems'))
    if (this.#own('uniqueItems') === true) this.#node.uniqueItems = true
    if (this.#draft >= 2020) {
      this.#set('prefixItems', this.#list('prefixItems'))
      this.#set('items', this.#one('items'))
    } else if (Array.isArray(this.#own('items'))) {
      this.#set('prefixItems', this.#list('items'))
      this.#set('items', this.#one('additionalItems'))
      this.#node.itemsAreAdditional = true
    } else {
      this.#set('items', this.#one('items'))
    }
    if (this.#draft >= 6) this.#set('contains', this.#one('contains'))
    if (this.#draft < 2019) return
    this.#set('minContains', this.#count('minContains'))
    this.#set('maxContains', this.#count('maxContains'))
    this.#set('unevaluatedItems', this.#one('unevaluatedItems'))
  }

  #readText (): void {
    this.#set('minLength', this.#count('minLength'))
    this.#set('maxLength', this.#count('maxLength'))
    const pattern = this.#own('pattern')
    if (typeof pattern === 'string') this.#node.pattern = this.#pattern(pattern, 'pattern')
  }

  #readNumber (): void {
    const limits: Limit[] = []
    for (const [plain, exclusive] of [['minimum', 'exclusiveMinimum'], ['maximum', 'exclusiveMaximum']] as const) {
      const [own, other] = [this.#own(plain), this.#own(exclusive)]
      if (typeof own === 'number') limits.push(limit(this.#draft === 4 && other === true ? exclusive : plain, own))
      if (typeof other === 'number') limits.push(limit(exclusive, other))
    }
    // In the reference's order.
    const order = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum']
    if (limits.length > 0) this.#node.limits = limits.sort((a, b) => order.indexOf(a.keyword) - order.indexOf(b.keyword))
    const multipleOf = this.#own('multipleOf')
    if (typeof multipleOf === 'number') this.#node.multipleOf = { decimal: readDecimal(String(multipleOf)), value: multipleOf }
  }

  #readDynamic (): void {
    if (this.#draft < 2020) return
    const reference = this.#own('$dynamicRef')
    const anchor = this.#own('$dynamicAnchor')
    if (typeof anchor === 'string') this.#node.dynamicAnchor = anchor
    if (typeof reference !== 'string') return
    const fragment = reference.split('#')[1] ?? ''
    this.#node.dynamicRef = { node: this.#reference('$dynamicRef')!, anchor: fragment === '' || fragment.startsWith('/') ? null : fragment }
  }

  #own (keyword: string): unknown {
    return Object.hasOwn(this.#schema, keyword) ? this.#schema[keyword] : undefined
  }

  #set <Key extends keyof SchemaNode> (key: Key, value: SchemaNode[Key] | undefined): void {
    if (value !== undefined) this.#node[key] = value
  }

  #compile (value: unknown): SchemaNode {
    return this.#compiler.compile(value, this.#resource)
  }

  #one (keyword: string): SchemaNode | undefined {
    const value = this.#own(keyword)
    return value === undefined ? undefined : this.#compile(value)
  }

  #list (keyword: string): SchemaNode[] | undefined {
    const value = this.#own(keyword)
    return Array.isArray(value) ? value.map((item) => this.#compile(item)) : undefined
  }

  #map (keyword: string): [string, SchemaNode][] | undefined {
    const value = this.#own(keyword)
    return isSchemaObject(value) ? Object.entries(value).map(([key, item]) => [key, this.#compile(item)]) : undefined
  }

  #count (keyword: string): number | undefined {
    const value = this.#own(keyword)
    return typeof value === 'number' ? value : undefined
  }

  #names (value: unknown): string[] | undefined {
    return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : undefined
  }

  #pattern (source: string, ...keys: string[]): GoPattern {
    try {
      return compileGoPattern(source)
    } catch (error) {
      const origin = this.#documents.originOf(this.#schema)
      throw new SchemaProblem(
        originPath(origin, ...keys),
        within(origin, `${JSON.stringify(source)} is not a regular expression of Go's syntax (RE2): ${(error as Error).message}`)
      )
    }
  }

  #reference (keyword: string): SchemaNode | undefined {
    const reference = this.#own(keyword)
    if (typeof reference !== 'string') return undefined
    const { value, resource } = this.#documents.resolve(reference, this.#schema, keyword)
    return this.#compiler.compile(value, resource)
  }
}

function limit (keyword: Limit['keyword'], value: number): Limit {
  return { keyword, decimal: readDecimal(String(value)), value }
}
