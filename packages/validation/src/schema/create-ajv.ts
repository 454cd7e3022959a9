import { createRequire } from 'node:module'
import type { Ajv, Options } from 'ajv'
import type { Draft } from './draft.ts'

const require = createRequire(import.meta.url)

/** Makes ajv for a version of JSON Schema. Each version is a module of its own, loaded when it is first needed. */
export function createAjv (draft: Draft, options: Options): Ajv {
  if (draft === 6) {
    const ajv = new (classOf(7))(options)
    // eslint-disable-next-line no-restricted-syntax -- the place that ajv's documentation names
    ajv.addMetaSchema(require('ajv/dist/refs/json-schema-draft-06.json') as object)
    return ajv
  }
  return new (classOf(draft))(options)
}

function classOf (draft: Draft): new (options: Options) => Ajv {
  switch (draft) {
    case 4: return require('ajv-draft-04').default
    // eslint-disable-next-line no-restricted-syntax -- the place that ajv's documentation names
    case 2019: return require('ajv/dist/2019').default
    // eslint-disable-next-line no-restricted-syntax -- the place that ajv's documentation names
    case 2020: return require('ajv/dist/2020').default
    default: return require('ajv').default
  }
}
