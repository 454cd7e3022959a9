import { createRequire } from 'node:module'
import { markNumber } from '@floodgate/core'
import type * as Yaml from 'yaml'
import { badAnswer } from '../errors.ts'
import type { Content } from './create-decoder.ts'

const require = createRequire(import.meta.url)

/** How many nodes aliases may stand for: a few lines of YAML can name billions. */
const MAX_ALIASES = 1000

/**
 * Creates the decoder of YAML 1.2 (core schema): one document, an object, or a list where one is expected. Numbers keep
 * their digits.
 */
export function createYamlDecoder (isCollection: boolean): (body: Buffer) => Content {
  // Loading it is a tenth of a start: only who has such a backend pays for it.
  const yaml = require('yaml') as typeof Yaml
  return function decodeYaml (body) {
    return decode(yaml, body, isCollection)
  }
}

function decode ({ parseDocument, visit }: typeof Yaml, body: Buffer, isCollection: boolean): Content {
  const document = parseDocument(body.toString(), { version: '1.2', logLevel: 'silent' })
  if (document.errors.length > 0) throw badAnswer('the answer of the backend is not YAML', document.errors[0])
  visit(document, {
    Scalar (key, node) {
      if (key !== 'key' && typeof node.value === 'number') node.value = markNumber(node.source ?? '') ?? node.value
    }
  })
  const value: unknown = toValue(document)
  if (isCollection) {
    if (Array.isArray(value)) return { collection: value }
    throw badAnswer('the answer of the backend is YAML, but no list: is_collection wants one')
  }
  if (value === null) return null
  if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>
  throw badAnswer('the answer of the backend is YAML, but no mapping: is_collection takes a list')
}

function toValue (document: Yaml.Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES })
  } catch (error) {
    throw badAnswer('the answer of the backend is YAML with too many aliases', error)
  }
}
