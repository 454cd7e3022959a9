import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** The meta-schemas that ajv includes, by their path. */
const files: ReadonlyMap<string, string> = new Map([
  ['draft-04/schema', 'ajv-draft-04/dist/refs/json-schema-draft-04.json'],
  ['draft-06/schema', 'ajv/dist/refs/json-schema-draft-06.json'],
  ['draft-07/schema', 'ajv/dist/refs/json-schema-draft-07.json'],
  ['schema', 'ajv/dist/refs/json-schema-2020-12/schema.json'],
  ...['2019-09', '2020-12'].flatMap((version) => [
    [`draft/${version}/schema`, `ajv/dist/refs/json-schema-${version}/schema.json`] as const,
    ...['core', 'applicator', 'validation', 'meta-data', 'content', 'format', 'format-annotation', 'unevaluated'].map(
      (part) => [`draft/${version}/meta/${part}`, `ajv/dist/refs/json-schema-${version}/meta/${part}.json`] as const
    )
  ])
])

/** Returns a meta-schema by its address; null if it is unknown. */
export function metaSchema (url: string): unknown {
  const file = /^https?:\/\/json-schema\.org\//.test(url) ? files.get(url.replace(/^https?:\/\/json-schema\.org\//, '')) : undefined
  if (file === undefined) return null
  try {
    return require(file)
  } catch {
    return null // this version does not have the part
  }
}
