import type { Ajv } from 'ajv'
import { formats } from '../../formats/format.ts'
import type { CompiledSchema } from './compile-schema.ts'
import { createAjv } from './create-ajv.ts'
import { createIsMultiple } from '../evaluate/decimal.ts'
import type { Draft } from './draft.ts'
import { rootUrl } from './documents.ts'
import { compileGoPattern, type GoPattern } from '@floodgate/go/regexp'

/** Returns whether a document without marked numbers is valid. */
export type Verdict = (value: unknown) => boolean

/**
 * Keywords for which ajv differs from the reference: whether items found by `contains` count as evaluated, dynamic
 * references, OpenAPI's `nullable`, promises, and a property name that it skips.
 */
const DIFFERENT: ReadonlySet<string> = new Set(
  ['unevaluatedItems', 'unevaluatedProperties', '$dynamicRef', '$recursiveRef', 'nullable', '$async', '__proto__']
)

/**
 * Compiles a schema with ajv, which decides many times faster than `walk`. Null if ajv cannot compile it or would
 * decide differently: then `walk` decides.
 */
export function createVerdict ({ documents }: CompiledSchema): Verdict | null {
  const [root, ...files] = documents as [CompiledSchema['documents'][number], ...CompiledSchema['documents']]
  if (typeof root.value === 'boolean' || documents.some(({ value, draft }) => draft !== root.draft || isDifferent(value, draft, 0))) {
    return null
  }
  try {
    const ajv = prepareAjv(root.draft)
    for (const { url, value } of files) if (ajv.getSchema(url) === undefined) ajv.addSchema(value as object, url)
    ajv.addSchema(root.value as object, rootUrl())
    return ajv.getSchema(rootUrl()) as Verdict
  } catch {
    // The schema is known to be valid: this is caused by ajv's way of resolving identifiers.
    return null
  }
}

function prepareAjv (draft: Draft): Ajv {
  const ajv = createAjv(draft, {
    strict: false,
    logger: false,
    messages: false,
    validateSchema: false,
    // Already validated; referenced schemas are among the documents.
    meta: false,
    // `toString` must only be found as an own property.
    ownProperties: true,
    ignoreKeywordsWithRef: draft <= 7,
    validateFormats: draft <= 7,
    code: { regExp: patternForAjv }
  })
  for (const [name, problem] of Object.entries(formats)) ajv.addFormat(name, { type: 'string', validate: (text) => problem(text) === null })
  // Exact: 0.07 is a multiple of 0.01.
  ajv.removeKeyword('multipleOf')
  ajv.addKeyword({ keyword: 'multipleOf', type: 'number', schemaType: 'number', errors: false, compile: createIsMultiple })
  return ajv
}

function patternForAjv (source: string): GoPattern & { toString (): string } {
  return Object.assign(compileGoPattern(source), { toString: () => source })
}
patternForAjv.code = 'compileGoPattern'

/** Looks for keywords that ajv treats differently at any place: a false match costs only time. */
function isDifferent (value: unknown, draft: Draft, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  // ajv checks a `type` beside a reference, which up to draft 7 is ignored.
  if (draft <= 7 && '$ref' in value && typeof value.$ref === 'string' && 'type' in value) return true
  // ajv compares objects by their methods, and a document may have keys with the same names.
  if (['enum', 'const'].some((key) => hasObjects((value as Record<string, unknown>)[key]))) return true
  // ajv skips `contains` for an empty list if the first items have their own schemas.
  if ('contains' in value && ('prefixItems' in value || ('items' in value && Array.isArray(value.items)))) return true
  return Object.entries(value).some(
    ([key, item]) => DIFFERENT.has(key) || (isIdentifier(key, item) && depth > 0) || isDifferent(item, draft, depth + 1)
  )
}

/** Returns whether a value to compare with, or one of a list of them, is an object or a list. */
function hasObjects (value: unknown): boolean {
  return typeof value === 'object' &&
    value !== null &&
    (!Array.isArray(value) || value.some((item) => typeof item === 'object' && item !== null))
}

/** ajv resolves relative identifiers and those inside a schema differently. */
function isIdentifier (key: string, value: unknown): boolean {
  return (key === '$id' || key === 'id') && typeof value === 'string'
}
