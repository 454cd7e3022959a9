import { quote } from '@floodgate/go/quote'
import { parseNumberLiteral, unquote } from './go-literal.ts'
import { describe } from './nodes.ts'
import type { CommandNode, IdentifierNode, NumberNode, Operand, PipeNode, StringNode, VariableNode } from './nodes.ts'
import type { Token, TokenKind } from './lexer.ts'
import type { TokenReader } from './token-reader.ts'

/** What the parser asks about functions: whether one exists, and what to say when it does not. */
export interface KnownFunctions {
  has (name: string): boolean
  /** Says why a name of Go's or sprig's functions is refused; undefined for any other name. */
  unsupported (name: string): string | undefined
}

const OPERANDS: ReadonlySet<TokenKind> = new Set<TokenKind>([
  'bool', 'character', 'complex', 'dot', 'field', 'identifier', 'number', 'nil', 'rawString', 'string', 'variable', 'paren'
])
const VALUES_ONLY: ReadonlySet<string> = new Set(['bool', 'dot', 'nil', 'number', 'string'])

/** Parses what stands inside of actions. */
export class PipelineParser {
  readonly #reader: TokenReader
  readonly #functions: KnownFunctions

  constructor (reader: TokenReader, functions: KnownFunctions) {
    this.#reader = reader
    this.#functions = functions
  }

  /** Reads declarations and commands up to a token of the kind that ends them. */
  parse (context: string, end: TokenKind): PipeNode {
    const pipe: PipeNode = { type: 'pipe', pos: this.#reader.peekNonSpace().pos, isAssign: false, variables: [], commands: [] }
    while (this.#declaration(pipe, context)) { /* range takes two */ }
    while (true) {
      const token = this.#reader.nextNonSpace()
      if (token.kind === end) break
      if (!OPERANDS.has(token.kind)) this.#reader.unexpected(token, context)
      this.#reader.back()
      pipe.commands.push(this.#command())
    }
    if (pipe.commands.length === 0) this.#reader.fail(`missing value for ${context}`)
    const stage = pipe.commands.findIndex(({ args }, i) => i > 0 && VALUES_ONLY.has(args[0]!.type))
    if (stage > 0) this.#reader.fail(`non executable command in pipeline stage ${stage + 1}`)
    return pipe
  }

  /** Reads `$x :=`, `$x =` or `$x,`; true when another variable follows. */
  #declaration (pipe: PipeNode, context: string): boolean {
    const variable = this.#reader.peekNonSpace()
    if (variable.kind !== 'variable') return false
    const start = this.#reader.position
    this.#reader.next()
    const next = this.#reader.peekNonSpace()
    const isComma = next.kind === 'char' && next.text === ','
    if (next.kind !== 'assign' && next.kind !== 'declare' && !isComma) {
      this.#reader.reset(start)
      return false
    }
    if (!isComma) pipe.isAssign = next.kind === 'assign'
    this.#reader.nextNonSpace()
    pipe.variables.push(toVariable(variable.pos, variable.text))
    this.#reader.scope.variables.push(variable.text)
    if (!isComma) return false
    if (context === 'range' && pipe.variables.length < 2) {
      const { kind } = this.#reader.peekNonSpace()
      if (kind === 'variable' || kind === 'right' || kind === 'closeParen') return true
      this.#reader.fail('range can only initialize variables')
    }
    this.#reader.fail(`too many declarations in ${context}`)
  }

  #command (): CommandNode {
    const command: CommandNode = { type: 'command', pos: this.#reader.peekNonSpace().pos, args: [] }
    while (true) {
      this.#reader.peekNonSpace()
      const operand = this.#operand()
      if (operand !== null) command.args.push(operand)
      const token = this.#reader.next()
      if (token.kind === 'space') continue
      if (token.kind === 'right' || token.kind === 'closeParen') this.#reader.back()
      else if (token.kind !== 'pipe') this.#reader.unexpected(token, 'operand')
      break
    }
    if (command.args.length === 0) this.#reader.fail('empty command')
    return command
  }

  /** Reads a term and the fields behind it. */
  #operand (): Operand | null {
    const node = this.#term()
    if (node === null || this.#reader.peek().kind !== 'field') return node
    const { pos } = this.#reader.peek()
    const path: string[] = []
    while (this.#reader.peek().kind === 'field') path.push(this.#reader.next().text.slice(1))
    if (node.type === 'field' || node.type === 'variable') return { type: node.type, pos, path: [...node.path, ...path] }
    if (VALUES_ONLY.has(node.type)) this.#reader.fail(`unexpected . after term ${quote(describe(node))}`)
    return { type: 'chain', pos, node, path }
  }

  #term (): Operand | null {
    const token = this.#reader.nextNonSpace()
    const { kind, pos, text } = token
    switch (kind) {
      case 'identifier': return this.#identifier(token)
      case 'dot': case 'nil': return { type: kind, pos }
      case 'variable': return this.#variable(token)
      case 'field': return { type: 'field', pos, path: [text.slice(1)] }
      case 'bool': return { type: 'bool', pos, value: text === 'true' }
      case 'character': case 'complex': case 'number': return this.#number(token, kind)
      case 'string': case 'rawString': return {
        type: 'string',
        pos,
        literal: text,
        value: unquoteToken(this.#reader, token)
      } satisfies StringNode
      case 'paren': {
        this.#reader.nest()
        const pipe = this.parse('parenthesized pipeline', 'closeParen')
        this.#reader.rise()
        return pipe
      }
    }
    this.#reader.back()
    return null
  }

  #identifier ({ pos, text }: Token): IdentifierNode {
    if (!this.#functions.has(text)) {
      const reason = this.#functions.unsupported(text)
      const message = reason === undefined ? `function ${quote(text)} not defined` : `function ${quote(text)} ${reason}`
      this.#reader.fail(message, 'FG_ERR_GO_TEMPLATE_FUNCTION', pos)
    }
    return { type: 'identifier', pos, name: text }
  }

  #variable ({ pos, text }: Token): VariableNode {
    if (!this.#reader.scope.variables.includes(text)) this.#reader.fail(`undefined variable ${quote(text)}`)
    return toVariable(pos, text)
  }

  #number ({ pos, text }: Token, kind: 'character' | 'complex' | 'number'): NumberNode {
    const value = parseNumberLiteral(text, kind)
    if (typeof value === 'string') this.#reader.fail(value)
    return { type: 'number', pos, text, value }
  }
}

/** Reads the string of a token. */
export function unquoteToken (reader: TokenReader, token: Token): string {
  return unquote(token.text) ?? reader.fail('invalid syntax')
}

function toVariable (pos: number, text: string): VariableNode {
  return { type: 'variable', pos, path: [text] }
}
