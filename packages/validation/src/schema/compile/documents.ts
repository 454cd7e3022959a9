import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { readRegularFile } from '@floodgate/tls'
import { defaultDraft, draftNames, draftOf, positions, type Draft } from './draft.ts'
import { metaSchema } from './meta-schemas.ts'
import { SchemaProblem, type SchemaPath } from './schema-problem.ts'

export type SchemaObject = Record<string, unknown>

/** A schema with an identity of its own: a document, or a part with an `$id`. */
export interface Resource {
  readonly url: string
  readonly root: unknown
  readonly draft: Draft
  readonly anchors: Map<string, SchemaObject>
  readonly dynamicAnchors: Map<string, SchemaObject>
}

/** Where a schema comes from, for problems. */
export interface Origin {
  /** In the configuration: of the schema itself, or of the reference that led to its file. */
  readonly path: SchemaPath
  /** `file.json#/pointer`; null for what stands in the configuration. */
  readonly inFile: string | null
}

export interface Document {
  readonly url: string
  readonly value: unknown
  readonly draft: Draft
  readonly origin: Origin
}

/** Levels of a schema: more are a mistake, or no schema of a person's. */
const DEEPEST = 500

/**
 * The documents that a schema consists of: itself, as `schema.json` of the working directory, and the files it refers to.
 * Nothing is fetched.
 */
export class Documents {
  readonly documents: Document[] = []
  /** Parts that are of another version of JSON Schema than what they stand in. */
  readonly embedded: Document[] = []
  readonly #resources = new Map<string, Resource>()
  readonly #known = new Map<object, { resource: Resource, origin: Origin }>()

  /** @throws {SchemaProblem} */
  add (url: string, value: unknown, origin: Origin, inherited: Draft): Resource {
    const draft = this.#draftOf(value, inherited, origin)
    const document: Document = { url, value, draft, origin }
    this.documents.push(document)
    const resource: Resource = { url, root: value, draft, anchors: new Map(), dynamicAnchors: new Map() }
    this.#resources.set(url, resource)
    this.#scan(value, resource, origin, 0)
    return isSchemaObject(value) ? this.#known.get(value)!.resource : resource
  }

  resourceOf (schema: SchemaObject): Resource {
    return this.#known.get(schema)!.resource
  }

  originOf (schema: SchemaObject): Origin {
    return this.#known.get(schema)!.origin
  }

  /**
   * Finds what a reference means; its file is read where it is in none of the documents yet.
   *
   * @throws {SchemaProblem} there is nothing
   */
  resolve (reference: string, from: SchemaObject, keyword: string): { value: unknown, resource: Resource } {
    const { resource, origin } = this.#known.get(from)!
    const problem = (message: string): SchemaProblem => new SchemaProblem(originPath(origin, keyword), within(origin, message))
    const [address, fragment] = cut(reference)
    let url: string
    let anchor: string
    try {
      url = resolveUrl(address, resource.url)
      anchor = decodeURIComponent(fragment)
    } catch {
      throw problem(`${JSON.stringify(reference)} is no reference`)
    }
    const target = this.#resources.get(url) ?? this.#load(url, { ...origin, path: originPath(origin, keyword) }, resource.draft, problem)
    if (anchor === '') return { value: target.root, resource: target }
    if (anchor.startsWith('/')) return this.#follow(anchor, target, reference, problem)
    const value = target.anchors.get(anchor)
    if (value === undefined) throw problem(`${JSON.stringify(reference)} leads to nothing: there is no anchor of this name`)
    return { value, resource: this.resourceOf(value) }
  }

  #load (url: string, origin: Origin, draft: Draft, problem: (message: string) => SchemaProblem): Resource {
    const meta = metaSchema(url)
    if (meta !== null) return this.add(url, structuredClone(meta), { path: origin.path, inFile: url }, draft)
    if (!url.startsWith('file:')) throw problem(`${JSON.stringify(url)} is not fetched: no schema comes over the network. Save it beside the configuration, and refer to the file`)
    let file: string
    try {
      file = fileURLToPath(url)
    } catch {
      throw problem(`${JSON.stringify(url)} is no file of this machine`)
    }
    let text: string
    try {
      text = readRegularFile(file).toString()
    } catch (error) {
      throw problem(`the schema ${JSON.stringify(file)} cannot be read: ${(error as Error).message}. A path is relative to the working directory`)
    }
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch (error) {
      throw problem(`the schema ${JSON.stringify(file)} is no JSON: ${(error as Error).message}`)
    }
    // What a file is of that does not say is the default, not what refers to it.
    return this.add(url, value, { path: origin.path, inFile: path.relative(process.cwd(), file) }, defaultDraft)
  }

  #follow (pointer: string, target: Resource, reference: string, problem: (message: string) => SchemaProblem): { value: unknown, resource: Resource } {
    let value = target.root
    let resource = target
    let origin: Origin = isSchemaObject(value) ? this.originOf(value) : { path: [], inFile: null }
    for (const part of pointer.split('/').slice(1)) {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) throw problem(`${JSON.stringify(reference)} leads to nothing: there is no ${JSON.stringify(key)}`)
      value = (value as SchemaObject)[key]
      const known = typeof value === 'object' && value !== null ? this.#known.get(value) : undefined
      if (known !== undefined) ({ resource, origin } = known)
      else origin = step(origin, key)
    }
    if (typeof value !== 'boolean' && !isSchemaObject(value)) throw problem(`${JSON.stringify(reference)} leads to what is no schema`)
    // A schema at a place where none is expected, such as a key of one's own.
    if (isSchemaObject(value) && !this.#known.has(value)) this.#scan(value, resource, origin, 0)
    return { value, resource: isSchemaObject(value) ? this.resourceOf(value) : resource }
  }

  #scan (value: unknown, outer: Resource, origin: Origin, depth: number): void {
    if (!isSchemaObject(value)) return
    if (depth > DEEPEST) throw new SchemaProblem(origin.path, within(origin, `a schema may have ${DEEPEST} levels, this one has more`))
    const resource = this.#identify(value, outer, origin)
    this.#known.set(value, { resource, origin })
    this.#noteAnchors(value, resource)
    for (const [keyword, kinds] of Object.entries(positions[resource.draft])) {
      if (!Object.hasOwn(value, keyword)) continue
      const below = value[keyword]
      const at = step(origin, keyword)
      if (Array.isArray(below)) {
        if (kinds.includes('list')) below.forEach((item, i) => { this.#scan(item, resource, step(at, i), depth + 1) })
      } else if (kinds.includes('one')) {
        this.#scan(below, resource, at, depth + 1)
      } else if (kinds.includes('map') && isSchemaObject(below)) {
        for (const [key, item] of Object.entries(below)) this.#scan(item, resource, step(at, key), depth + 1)
      }
    }
  }

  /** The resource that a schema belongs to: a new one where it has an identifier of its own. */
  #identify (schema: SchemaObject, outer: Resource, origin: Origin): Resource {
    const id = idOf(schema, outer.draft)
    const [address] = cut(id ?? '')
    if (address === '') return outer
    let url: string
    try {
      url = resolveUrl(address, outer.url)
    } catch {
      throw new SchemaProblem(originPath(origin, outer.draft === 4 ? 'id' : '$id'), within(origin, `${JSON.stringify(id)} is no identifier of a schema`))
    }
    const draft = schema === outer.root ? outer.draft : this.#draftOf(schema, outer.draft, origin)
    const resource: Resource = { url, root: schema, draft, anchors: new Map(), dynamicAnchors: new Map() }
    this.#resources.set(url, resource)
    if (draft !== outer.draft) this.embedded.push({ url, value: schema, draft, origin })
    if (schema === outer.root) this.#resources.set(outer.url, resource)
    return resource
  }

  #noteAnchors (schema: SchemaObject, resource: Resource): void {
    if (resource.draft < 2019) {
      const [, fragment] = cut(idOf(schema, resource.draft) ?? '')
      if (fragment !== '') resource.anchors.set(fragment, schema)
      return
    }
    if (typeof schema['$anchor'] === 'string') resource.anchors.set(schema['$anchor'], schema)
    if (resource.draft >= 2020 && typeof schema['$dynamicAnchor'] === 'string') {
      resource.anchors.set(schema['$dynamicAnchor'], schema)
      resource.dynamicAnchors.set(schema['$dynamicAnchor'], schema)
    }
  }

  #draftOf (value: unknown, inherited: Draft, origin: Origin): Draft {
    const url = isSchemaObject(value) ? value['$schema'] : undefined
    if (typeof url !== 'string') return inherited
    const draft = draftOf(url)
    if (draft === null) throw new SchemaProblem(originPath(origin, '$schema'), within(origin, `is none of the versions of JSON Schema that are known here: write ${Object.values(draftNames).map(({ url }) => JSON.stringify(url)).join(', ')}, or nothing for the last of them`))
    return draft
  }
}

/** The address of the configured schema: a file of the working directory that need not be there. */
export function rootUrl (): string {
  return pathToFileURL(path.resolve('schema.json')).href
}

/** Where a keyword of a schema stands in the configuration; for a file, the reference to it. */
export function originPath ({ path, inFile }: Origin, ...keys: readonly (string | number)[]): SchemaPath {
  return inFile === null ? [...path, ...keys] : path
}

/** Says in which file something is. */
export function within ({ inFile }: Origin, message: string): string {
  return inFile === null ? message : `in ${inFile}: ${message}`
}

export function isSchemaObject (value: unknown): value is SchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The identifier of a schema; up to draft 7 one beside a `$ref` is none. */
function idOf (schema: SchemaObject, draft: Draft): string | null {
  if (draft <= 7 && Object.hasOwn(schema, '$ref')) return null
  const id = schema[draft === 4 ? 'id' : '$id']
  return typeof id === 'string' ? id : null
}

function step ({ path, inFile }: Origin, key: string | number): Origin {
  if (inFile === null) return { path: [...path, key], inFile }
  return { path, inFile: `${inFile.includes('#') ? inFile : `${inFile}#`}/${key}` }
}

function cut (reference: string): [address: string, fragment: string] {
  const hash = reference.indexOf('#')
  return hash < 0 ? [reference, ''] : [reference.slice(0, hash), reference.slice(hash + 1)]
}

/** An address without its fragment; relative ones of `urn:` and the like stay with their base. */
function resolveUrl (address: string, base: string): string {
  if (address === '') return base
  return cut(new URL(address, base).href)[0]
}
