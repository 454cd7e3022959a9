import { createRequire } from 'node:module'
import type * as Yaml from 'yaml'
import { maxNesting, nestingProblem } from './nesting.ts'
import { createSource, lineAndColumn, showRawLine, type Source } from './source.ts'
import { SyntaxProblem } from './syntax-problem.ts'
import { readYamlTree, YamlFault } from './yaml-tree.ts'

const require = createRequire(import.meta.url)

const options: Yaml.DocumentOptions & Yaml.SchemaOptions & Yaml.ParseOptions = {
  version: '1.2',
  schema: 'core',
  merge: true,
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'error'
}

/**
 * Parses a YAML 1.2 text: core schema (`yes` and `on` are strings), merge keys, one document, no duplicate keys.
 *
 * @throws {SyntaxProblem} at the first syntax error, or if it is nested too deeply
 */
export function parseYaml (file: string, text: string): Source {
  const yaml = require('yaml') as typeof Yaml
  const [document, another] = new yaml.Composer(options).compose(readTokens(yaml, text), true, text.length)
  const error = document!.errors[0]
  if (error !== undefined) throw describeSyntaxError(text, error.message, error.pos[0])
  if (another !== undefined) throw describeSyntaxError(text, 'there is more than one document', another.range[0])
  try {
    const { node, value } = readYamlTree(yaml, document!.contents as Yaml.Node | null)
    return createSource(file, text, value, () => node)
  } catch (err) {
    if (err instanceof YamlFault) throw describeSyntaxError(text, err.message, err.offset)
    throw err
  }
}

/** As the library's own `Parser.parse`, but with a limit of depth, because the library's composer is recursive. */
function * readTokens ({ Lexer, Parser }: typeof Yaml, text: string): Generator<Yaml.CST.Token, void> {
  const parser = new Parser()
  for (const token of new Lexer().lex(text)) {
    yield * parser.next(token)
    // Neither the document nor an incomplete value is a level.
    if (parser.stack.length > maxNesting + 1 && 'items' in parser.stack.at(-1)!) throw nestingProblem(text, parser.offset - token.length)
  }
  yield * parser.end()
}

function describeSyntaxError (text: string, message: string, offset: number): SyntaxProblem {
  const where = lineAndColumn(text, offset)
  return new SyntaxProblem(
    `${message.replace(/\.$/, '')}, in line ${where.line}, column ${where.column}`,
    where,
    showRawLine(text, offset),
    null
  )
}
