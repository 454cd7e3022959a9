import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { readRegularFile } from '@floodgate/tls'
import { defaultDraft, draftNames, draftOf, positions, type Draft } from './draft.ts'
import { metaSchema } from './meta-schemas.ts'
import { SchemaProblem, type SchemaPath } from './schema-problem.ts'

export type SchemaObject = Record<string, unknown>

/** A schema resource: a document, or a part with an `$id`. */
export interface Resource {
  readonly url: string
  readonly root: unknown
  readonly draft: Draft
  readonly anchors: Map<string, SchemaObject>
  readonly dynamicAnchors: Map<string, SchemaObject>
}

/** Where a schema comes from, for problems. */
export interface Origin {
  /** Place in the configuration: of the schema itself, or of the reference that led to its file. */
  readonly path: SchemaPath
  /** `file.json#/pointer`; null for a schema in the configuration. */
  readonly inFile: string | null
}

export interface Document {
  readonly url: string
  readonly value: unknown
  readonly draft: Draft
  readonly origin: Origin
}

/** Largest depth of a schema: more is a mistake. */
const DEEPEST = 500

/** Called with each file that is read, absolute. */
export type OnFile = (file: string) => void

/**
 * The documents of a schema: itself, as `schema.json` of the working directory, and the files that it references.
 * Nothing is fetched.
 */
export class Documents {
  readonly documents: Document[] = []
  /** Parts whose version of JSON Schema differs from their parent's. */
  readonly embedded: Document[] = []
  readonly #resources = new Map<string, Resource>()
  readonly #known = new Map<object, { resource: Resource, origin: Origin }>()
  readonly #reads: OnFile

  constructor (reads: OnFile = () => {}) {
    this.#reads = reads
  }

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
   * Resolves a reference; its file is read if it is not loaded yet.
   *
   * @throws {SchemaProblem} the reference cannot be resolved
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
      throw problem(`${JSON.stringify(reference)} is not a valid reference`)
    }
    const target = this.#resources.get(url) ?? this.#load(url, { ...origin, path: originPath(origin, keyword) }, resource.draft, problem)
    if (anchor === '') return { value: target.root, resource: target }
    if (anchor.startsWith('/')) return this.#follow(anchor, target, reference, problem)
    const value = target.anchors.get(anchor)
    if (value === undefined) throw problem(`${JSON.stringify(reference)} cannot be resolved: there is no anchor with this name`)
    return { value, resource: this.resourceOf(value) }
  }

  #load (url: string, origin: Origin, draft: Draft, problem: (message: string) => SchemaProblem): Resource {
    const meta = metaSchema(url)
    if (meta !== null) return this.add(url, structuredClone(meta), { path: origin.path, inFile: url }, draft)
    if (!url.startsWith('file:')) {
      throw problem(
        `${JSON.stringify(url)} is not fetched, because schemas are not loaded over the network: save it beside the configuration and reference the file`
      )
    }
    let file: string
    try {
      file = fileURLToPath(url)
    } catch {
      throw problem(`${JSON.stringify(url)} is not a file on this machine`)
    }
    this.#reads(file)
    let text: string
    try {
      text = readRegularFile(file).toString()
    } catch (error) {
      throw problem(
        `the schema ${JSON.stringify(file)} cannot be read: ${(error as Error).message}. A path is relative to the working directory`
      )
    }
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch (error) {
      throw problem(`the schema ${JSON.stringify(file)} is not valid JSON: ${(error as Error).message}`)
    }
    // A file without `$schema` has the default version, not that of the referencing schema.
    return this.add(url, value, { path: origin.path, inFile: path.relative(process.cwd(), file) }, defaultDraft)
  }

  #follow (
    pointer: string,
    target: Resource,
    reference: string,
    problem: (message: string) => SchemaProblem
  ): { value: unknown, resource: Resource } {
    let value = target.root
    let resource = target
    let origin: Origin = isSchemaObject(value) ? this.originOf(value) : { path: [], inFile: null }
    for (const part of pointer.split('/').slice(1)) {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) {
        throw problem(`${JSON.stringify(reference)} cannot be resolved: there is no ${JSON.stringify(key)}`)
      }
      value = (value as SchemaObject)[key]
      const known = typeof value === 'object' && value !== null ? this.#known.get(value) : undefined
      if (known !== undefined) ({ resource, origin } = known)
      else origin = step(origin, key)
    }
    if (typeof value !== 'boolean' && !isSchemaObject(value)) throw problem(`${JSON.stringify(reference)} does not lead to a schema`)
    // A schema at an unexpected place, such as a custom keyword.
    if (isSchemaObject(value) && !this.#known.has(value)) this.#scan(value, resource, origin, 0)
    return { value, resource: isSchemaObject(value) ? this.resourceOf(value) : resource }
  }

  #scan (value: unknown, outer: Resource, origin: Origin, depth: number): void {
    if (!isSchemaObject(value)) return
    if (depth > DEEPEST) throw new SchemaProblem(origin.path, within(origin, `the schema is nested more than ${DEEPEST} levels deep`))
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

  /** Returns the resource of a schema: a new one if it has its own identifier. */
  #identify (schema: SchemaObject, outer: Resource, origin: Origin): Resource {
    const id = idOf(schema, outer.draft)
    const [address] = cut(id ?? '')
    if (address === '') return outer
    let url: string
    try {
      url = resolveUrl(address, outer.url)
    } catch {
      throw new SchemaProblem(
        originPath(origin, outer.draft === 4 ? 'id' : '$id'),
        within(origin, `${JSON.stringify(id)} is not a valid identifier of a schema`)
      )
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
    if (draft === null) {
      throw new SchemaProblem(
        originPath(origin, '$schema'),
        within(
          origin,
          `JSON.stringify(url)).join(', ')}, or nothing for the last of them => is not a supported version of JSON Schema: write one of ${Object.values(draftNames).map(({ url }) => JSON.stringify(url)).join(', ')}, or omit it for the last one => JSON.stringify(url)).join(', ')}, or nothing for the last of them`
        )
      )
    }
    return draft
  }
}

/** Address of the configured schema: a file of the working directory that need not exist. */
export function rootUrl (): string {
  return pathToFileURL(path.resolve('schema.json')).href
}

/** Returns the place of a keyword in the configuration; for a file, the place of the reference to it. */
export function originPath ({ path, inFile }: Origin, ...keys: readonly (string | number)[]): SchemaPath {
  return inFile === null ? [...path, ...keys] : path
}

/** Adds the name of the file to a message. */
export function within ({ inFile }: Origin, message: string): string {
  return inFile === null ? message : `in ${inFile}: ${message}`
}

export function isSchemaObject (value: unknown): value is SchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Returns the identifier of a schema; up to draft 7, one beside a `$ref` is ignored. */
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

/** Returns an address without its fragment; relative ones of `urn:` and similar schemes stay with their base. */
function resolveUrl (address: string, base: string): string {
  if (address === '') return base
  return cut(new URL(address, base).href)[0]
}
