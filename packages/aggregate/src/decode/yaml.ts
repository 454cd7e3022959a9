import { createRequire } from 'node:module'
import type * as Yaml from 'yaml'
import { badAnswer, tooMuch } from '../errors.ts'
import { maxYamlDepth, maxYamlTokens } from './bounds.ts'
import type { Content } from './content.ts'
import { readYamlValue } from './yaml-value.ts'

const require = createRequire(import.meta.url)

// Keys are compared while values are read: the library compares each with all before it.
const options: Yaml.DocumentOptions & Yaml.SchemaOptions & Yaml.ParseOptions = { version: '1.2', uniqueKeys: false, logLevel: 'silent', prettyErrors: false }

/**
 * Creates the decoder of YAML 1.2 (core schema): one document, an object, or a list where one is expected. Whole numbers
 * of 64 bits keep their digits, others are doubles, as on the reference.
 */
export function createYamlDecoder (isCollection: boolean): (body: Buffer) => Content {
  // Loading it is a tenth of a start: only who has such a backend pays for it.
  const yaml = require('yaml') as typeof Yaml
  return function decodeYaml (body) {
    return decode(yaml, body, isCollection)
  }
}

function decode (yaml: typeof Yaml, body: Buffer, isCollection: boolean): Content {
  const document = readDocument(yaml, body.toString())
  if (document.errors.length > 0) throw badAnswer('the answer of the backend is not YAML', document.errors[0])
  const value = readYamlValue(yaml, document.contents)
  if (isCollection) {
    if (Array.isArray(value)) return { collection: value }
    throw badAnswer('the answer of the backend is YAML, but no list: is_collection wants one')
  }
  if (value === null) return null
  if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>
  throw badAnswer('the answer of the backend is YAML, but no mapping: is_collection takes a list')
}

/** Reads the first document; what follows it is ignored. */
function readDocument (yaml: typeof Yaml, text: string): Yaml.Document.Parsed {
  const composer = new yaml.Composer(options)
  const [document] = composer.compose(readTokens(yaml, text), true, text.length)
  return document as Yaml.Document.Parsed
}

/** As the library's own `Parser.parse`, with an eye on how much there is: what is built of it takes far longer than this. */
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
