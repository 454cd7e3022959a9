import { createRequire } from 'node:module'
import type * as Yaml from 'yaml'
import { badAnswer, tooMuch } from '../errors.ts'
import { maxYamlDepth, maxYamlTokens } from './bounds.ts'
import type { Content } from './content.ts'
import { readYamlValue } from './yaml-value.ts'

const require = createRequire(import.meta.url)

// Duplicate keys are checked in yaml-value.ts: the library compares each key with all before it.
const options: Yaml.DocumentOptions & Yaml.SchemaOptions & Yaml.ParseOptions = {
  version: '1.2',
  uniqueKeys: false,
  logLevel: 'silent',
  prettyErrors: false
}

/**
 * Creates the decoder of YAML 1.2 (core schema): one document, an object, or a list where one is expected. Integers of
 * 64 bits keep their digits, others are doubles, as on the reference.
 */
export function createYamlDecoder (isCollection: boolean): (body: Buffer) => Content {
  // Loading the library takes a tenth of the start: it is only loaded for such backends.
  const yaml = require('yaml') as typeof Yaml
  return function decodeYaml (body) {
    return decode(yaml, body, isCollection)
  }
}

function decode (yaml: typeof Yaml, body: Buffer, isCollection: boolean): Content {
  const document = readDocument(yaml, body.toString())
  if (document.errors.length > 0) throw badAnswer('the response of the backend is not valid YAML', document.errors[0])
  const value = readYamlValue(yaml, document.contents)
  if (isCollection) {
    if (Array.isArray(value)) return { collection: value }
    throw badAnswer('the response of the backend is YAML but not a list, which is_collection requires')
  }
  if (value === null) return null
  if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>
  throw badAnswer('the response of the backend is YAML but not a mapping; set is_collection for a list')
}

/** Reads the first document; what follows it is ignored. */
function readDocument (yaml: typeof Yaml, text: string): Yaml.Document.Parsed {
  const composer = new yaml.Composer(options)
  const [document] = composer.compose(readTokens(yaml, text), true, text.length)
  return document as Yaml.Document.Parsed
}

/** As the library's own `Parser.parse`, but with limits: building the document takes far longer than this. */
function * readTokens ({ Lexer, Parser }: typeof Yaml, text: string): Generator<Yaml.CST.Token, void> {
  const parser = new Parser()
  let tokens = 0
  for (const token of new Lexer().lex(text)) {
    if (++tokens > maxYamlTokens) throw tooMuch(`has more than ${maxYamlTokens} tokens of YAML`)
    yield * parser.next(token)
    if (parser.stack.length > maxYamlDepth) throw tooMuch(`is nested more than ${maxYamlDepth} levels deep`)
  }
  yield * parser.end()
}
