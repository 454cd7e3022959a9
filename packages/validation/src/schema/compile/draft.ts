/** Versions of JSON Schema. */
export type Draft = 4 | 6 | 7 | 2019 | 2020

/** Version of a schema without `$schema`. */
export const defaultDraft: Draft = 2020

/** The name of a version, and its `$schema`. */
export const draftNames: Readonly<Record<Draft, { name: string, url: string }>> = {
  4: { name: 'draft-04', url: 'http://json-schema.org/draft-04/schema#' },
  6: { name: 'draft-06', url: 'http://json-schema.org/draft-06/schema#' },
  7: { name: 'draft-07', url: 'http://json-schema.org/draft-07/schema#' },
  2019: { name: 'draft 2019-09', url: 'https://json-schema.org/draft/2019-09/schema' },
  2020: { name: 'draft 2020-12', url: 'https://json-schema.org/draft/2020-12/schema' }
}

const urls: ReadonlyMap<string, Draft> = new Map([
  ['schema', 2020],
  ...(Object.entries(draftNames).map(([draft, { url }]) => [withoutHost(url), Number(draft) as Draft] as const))
])

/** Returns the version that a `$schema` names; null if it is unknown. */
export function draftOf (url: string): Draft | null {
  return urls.get(withoutHost(url)) ?? null
}

function withoutHost (url: string): string {
  return url.replace(/^https?:\/\/json-schema\.org\//, '').replace(/#.*$/s, '')
}

/** How a keyword holds schemas: `one`, a `list`, or by name (`map`). */
export type Position = 'one' | 'list' | 'map'

const common: Readonly<Record<string, readonly Position[]>> = {
  definitions: ['map'],
  not: ['one'],
  allOf: ['list'],
  anyOf: ['list'],
  oneOf: ['list'],
  properties: ['map'],
  additionalProperties: ['one'],
  patternProperties: ['map'],
  items: ['one', 'list'],
  additionalItems: ['one'],
  dependencies: ['map']
}
const of6: typeof common = { ...common, propertyNames: ['one'], contains: ['one'] }
const of7: typeof common = { ...of6, if: ['one'], then: ['one'], else: ['one'] }
const of2019: typeof common = {
  ...of7,
  $defs: ['map'],
  dependentSchemas: ['map'],
  unevaluatedProperties: ['one'],
  unevaluatedItems: ['one'],
  contentSchema: ['one']
}
const of2020: typeof common = { ...of2019, prefixItems: ['list'] }

/** The keywords that hold schemas. */
export const positions: Readonly<Record<Draft, typeof common>> = { 4: common, 6: of6, 7: of7, 2019: of2019, 2020: of2020 }
