import { createRequire } from 'node:module'
import type { Ajv, Options } from 'ajv'
import type { Draft } from './draft.ts'
import { findDuplicate } from '../evaluate/values.ts'

const require = createRequire(import.meta.url)

/**
 * Creates ajv for a version of JSON Schema. Each version is a separate module, loaded when it is first needed.
 *
 * Its `uniqueItems` is replaced because it compares each item with every other, and calls `valueOf` of an item that has
 * a key with this name.
 */
export function createAjv (draft: Draft, options: Options): Ajv {
  const ajv = new (classOf(draft))(options)
  ajv.removeKeyword('uniqueItems')
  ajv.addKeyword(
    {
      keyword: 'uniqueItems',
      type: 'array',
      schemaType: 'boolean',
      errors: false,
      compile: (unique: boolean) => (items: unknown[]) => !unique || findDuplicate(items) === null
    }
  )
  // Compiled when it is added.
  // eslint-disable-next-line no-restricted-syntax -- the place that ajv's documentation names
  if (draft === 6 && options.meta !== false) ajv.addMetaSchema(require('ajv/dist/refs/json-schema-draft-06.json') as object)
  return ajv
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
