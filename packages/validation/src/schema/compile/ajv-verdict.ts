import type { Ajv } from 'ajv'
import { formats } from '../../formats/format.ts'
import type { CompiledSchema } from './compile-schema.ts'
import { createAjv } from './create-ajv.ts'
import { createIsMultiple } from '../evaluate/decimal.ts'
import type { Draft } from './draft.ts'
import { rootUrl } from './documents.ts'
import { compileGoPattern, type GoPattern } from '@floodgate/go'

/** Whether a document without marked numbers fits. */
export type Verdict = (value: unknown) => boolean

/**
 * Keywords at which ajv takes more, or less, than the reference: items that `contains` found count as evaluated or do
 * not, references that depend on how they were reached, `nullable` of OpenAPI, promises, and a name that it leaves out.
 */
const DIFFERENT: ReadonlySet<string> = new Set(['unevaluatedItems', 'unevaluatedProperties', '$dynamicRef', '$recursiveRef', 'nullable', '$async', '__proto__'])

/**
 * Compiles a schema by ajv, which says yes or no many times faster than `walk` does. Null where ajv cannot, or means
 * something else: then `walk` says it.
 */
export function createVerdict ({ documents }: CompiledSchema): Verdict | null {
  const [root, ...files] = documents as [CompiledSchema['documents'][number], ...CompiledSchema['documents']]
  if (typeof root.value === 'boolean' || documents.some(({ value, draft }) => draft !== root.draft || isDifferent(value, draft, 0))) return null
  try {
    const ajv = prepareAjv(root.draft)
    for (const { url, value } of files) if (ajv.getSchema(url) === undefined) ajv.addSchema(value as object, url)
    ajv.addSchema(root.value as object, rootUrl())
    return ajv.getSchema(rootUrl()) as Verdict
  } catch {
    // What is wrong with a schema is known by now: this is ajv's way of resolving identifiers.
    return null
  }
}

function prepareAjv (draft: Draft): Ajv {
  const ajv = createAjv(draft, {
    strict: false,
    logger: false,
    messages: false,
    validateSchema: false,
    // Judged before; one that is referred to is among the documents.
    meta: false,
    // `toString` in no object but one that has it.
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

/** Looks for what ajv takes differently, wherever it stands: a name too many costs only time. */
function isDifferent (value: unknown, draft: Draft, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  // ajv looks at a `type` beside a reference, which up to draft 7 means nothing.
  if (draft <= 7 && '$ref' in value && typeof value.$ref === 'string' && 'type' in value) return true
  // ajv compares objects by their methods, which a document may have keys of the names of.
  if (['enum', 'const'].some((key) => hasObjects((value as Record<string, unknown>)[key]))) return true
  // ajv leaves `contains` out for an empty list where the first items have schemas of their own.
  if ('contains' in value && ('prefixItems' in value || ('items' in value && Array.isArray(value.items)))) return true
  return Object.entries(value).some(([key, item]) => DIFFERENT.has(key) || (isIdentifier(key, item) && depth > 0) || isDifferent(item, draft, depth + 1))
}

/** Whether a value to compare with, or one of a list of them, is an object or a list. */
function hasObjects (value: unknown): boolean {
  return typeof value === 'object' && value !== null && (!Array.isArray(value) || value.some((item) => typeof item === 'object' && item !== null))
}

/** ajv resolves identifiers inside a schema, and relative ones, in a way of its own. */
function isIdentifier (key: string, value: unknown): boolean {
  return (key === '$id' || key === 'id') && typeof value === 'string'
}
