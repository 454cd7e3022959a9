import { TemplateError, type TemplateErrorCode } from './errors.ts'
import { parseNumberLiteral, unquote } from './go-literal.ts'
import { describeToken, lex, type Token, type TokenKind } from './lexer.ts'
import { describe, isEmptyTree } from './nodes.ts'
import { lineOf, placeOf, type Source } from './position.ts'
import { quote } from './quote.ts'
import type {
  BranchNode, CommandNode, IdentifierNode, ListNode, LoopNode, MarkNode, NumberNode, Operand, PipeNode, Statement,
  StringNode, TemplateNode, Tree, VariableNode
} from './nodes.ts'

/** What the parser asks about functions: whether one exists, and what to say when it does not. */
export interface KnownFunctions {
  has (name: string): boolean
  /** Says why a name of Go's or sprig's functions is refused; undefined for any other name. */
  unsupported (name: string): string | undefined
}

/** Parenthesised pipelines and blocks within each other. */
const MOST_NESTING = 1000

const OPERANDS: ReadonlySet<TokenKind> = new Set<TokenKind>([
  'bool', 'character', 'complex', 'dot', 'field', 'identifier', 'number', 'nil', 'rawString', 'string', 'variable', 'paren'
])
const VALUES_ONLY: ReadonlySet<string> = new Set(['bool', 'dot', 'nil', 'number', 'string'])

/**
 * Parses a template and the templates it defines.
 *
 * @returns all trees by name, that of the text itself under `source.name`
 * @throws {FG_ERR_GO_TEMPLATE_PARSE} with Go's wording and the place
 * @throws {FG_ERR_GO_TEMPLATE_FUNCTION} for a function that does not exist
 */
export function parse (source: Source, functions: KnownFunctions): Map<string, Tree> {
  const parser = new Parser(source, functions)
  parser.parseTemplate()
  return parser.trees
}

/** What belongs to one tree while it is parsed: a `define` or `block` starts its own. */
interface Scope {
  variables: string[]
  rangeDepth: number
  /** Offset of the action being parsed, -1 between actions. */
  actionPos: number
  /** The latest token taken for this tree: errors are reported on its line. */
  latest: Token
}

class Parser {
  readonly trees = new Map<string, Tree>()
  readonly #source: Source
  readonly #functions: KnownFunctions
  readonly #tokens: Token[]
  #at = 0
  #scope: Scope
  #nesting = 0

  constructor (source: Source, functions: KnownFunctions) {
    this.#source = source
    this.#functions = functions
    this.#tokens = lex(source.text)
    this.#scope = newScope(this.#tokens[0]!)
  }

  parseTemplate (): void {
    const root: ListNode = { type: 'list', pos: this.#peek().pos, nodes: [] }
    while (this.#peek().kind !== 'eof') {
      if (this.#peek().kind === 'left') {
        const start = this.#at
        this.#next()
        if (this.#nextNonSpace().kind === 'define') {
          this.#parseDefinition()
          continue
        }
        this.#at = start
      }
      const node = this.#textOrAction()
      if (isMark(node)) this.#fail(`unexpected ${describe(node)}`)
      root.nodes.push(node)
    }
    this.#add({ name: this.#source.name, source: this.#source, root })
  }

  #parseDefinition (): void {
    const outer = this.#enterTree()
    const literal = this.#expect(['string', 'rawString'], 'define clause')
    const name = this.#unquoted(literal)
    this.#expect(['right'], 'define clause')
    const [root, end] = this.#itemList()
    if (end.type !== 'end') this.#fail(`unexpected ${describe(end)} in define clause`)
    this.#add({ name, source: this.#source, root })
    this.#leaveTree(outer)
  }

  /** Within one text a name is defined once; a definition without content gives way. */
  #add (tree: Tree): void {
    const known = this.trees.get(tree.name)
    if (known === undefined || isEmptyTree(known.root)) this.trees.set(tree.name, tree)
    else if (!isEmptyTree(tree.root)) this.#fail(`template: multiple definition of template ${quote(tree.name)}`)
  }

  /** Reads up to the `end` or `else` that belongs to what is open. */
  #itemList (): [ListNode, MarkNode] {
    const list: ListNode = { type: 'list', pos: this.#peekNonSpace().pos, nodes: [] }
    while (this.#peekNonSpace().kind !== 'eof') {
      const node = this.#textOrAction()
      if (isMark(node)) return [list, node]
      list.nodes.push(node)
    }
    this.#fail('unexpected EOF')
  }

  #textOrAction (): Statement | MarkNode {
    const token = this.#nextNonSpace()
    if (token.kind === 'text') return { type: 'text', pos: token.pos, text: token.text }
    if (token.kind !== 'left') this.#unexpected(token, 'input')
    this.#scope.actionPos = token.pos
    const node = this.#action()
    this.#scope.actionPos = -1
    return node
  }

  #action (): Statement | MarkNode {
    const token = this.#nextNonSpace()
    switch (token.kind) {
      case 'block': return this.#block()
      case 'break': case 'continue': return this.#loopControl(token.kind, token.pos)
      case 'else': return this.#else()
      case 'end': return { type: 'end', pos: this.#expect(['right'], 'end').pos }
      case 'if': case 'range': case 'with': return this.#branch(token.kind)
      case 'template': return this.#template()
    }
    this.#back()
    return { type: 'action', pos: this.#peek().pos, pipe: this.#pipeline('command', 'right') }
  }

  #loopControl (type: 'break' | 'continue', pos: number): LoopNode {
    const token = this.#nextNonSpace()
    if (token.kind !== 'right') this.#unexpected(token, `{{${type}}}`)
    if (this.#scope.rangeDepth === 0) this.#fail(`{{${type}}} outside {{range}}`)
    return { type, pos }
  }

  #else (): MarkNode {
    const next = this.#peekNonSpace()
    // `else if` and `else with`: the branch stays for whoever called.
    if (next.kind === 'if' || next.kind === 'with') return { type: 'else', pos: next.pos }
    return { type: 'else', pos: this.#expect(['right'], 'else').pos }
  }

  #branch (type: 'if' | 'range' | 'with'): BranchNode {
    this.#nest()
    const known = this.#scope.variables.length
    const pipe = this.#pipeline(type, 'right')
    if (type === 'range') this.#scope.rangeDepth++
    const [list, mark] = this.#itemList()
    if (type === 'range') this.#scope.rangeDepth--
    const elseList = mark.type === 'else' ? this.#elseList(type, mark) : null
    this.#scope.variables.length = known
    this.#nesting--
    return { type, pos: pipe.pos, pipe, list, elseList }
  }

  #elseList (type: 'if' | 'range' | 'with', mark: MarkNode): ListNode {
    const next = this.#peek().kind
    if (type !== 'range' && next === type) {
      this.#next()
      return { type: 'list', pos: mark.pos, nodes: [this.#branch(type)] }
    }
    const [list, end] = this.#itemList()
    if (end.type !== 'end') this.#fail(`expected end; found ${describe(end)}`)
    return list
  }

  #block (): TemplateNode {
    const token = this.#nextNonSpace()
    const name = this.#templateName(token, 'block clause')
    const pipe = this.#pipeline('block clause', 'right')
    this.#nest()
    const outer = this.#enterTree()
    const [root, end] = this.#itemList()
    const inner = this.#scope
    this.#leaveTree(outer)
    if (end.type !== 'end') this.#fail(`unexpected ${describe(end)} in block clause`)
    this.#scope = inner
    this.#add({ name, source: this.#source, root })
    this.#leaveTree(outer)
    this.#nesting--
    return { type: 'template', pos: token.pos, name, pipe }
  }

  #template (): TemplateNode {
    const token = this.#nextNonSpace()
    const name = this.#templateName(token, 'template clause')
    let pipe: PipeNode | null = null
    if (this.#nextNonSpace().kind !== 'right') {
      this.#back()
      pipe = this.#pipeline('template clause', 'right')
    }
    return { type: 'template', pos: token.pos, name, pipe }
  }

  #templateName (token: Token, context: string): string {
    if (token.kind !== 'string' && token.kind !== 'rawString') this.#unexpected(token, context)
    return this.#unquoted(token)
  }

  #pipeline (context: string, end: TokenKind): PipeNode {
    const pipe: PipeNode = { type: 'pipe', pos: this.#peekNonSpace().pos, isAssign: false, variables: [], commands: [] }
    while (this.#declaration(pipe, context)) { /* range takes two */ }
    while (true) {
      const token = this.#nextNonSpace()
      if (token.kind === end) break
      if (!OPERANDS.has(token.kind)) this.#unexpected(token, context)
      this.#back()
      pipe.commands.push(this.#command())
    }
    if (pipe.commands.length === 0) this.#fail(`missing value for ${context}`)
    const stage = pipe.commands.findIndex(({ args }, i) => i > 0 && VALUES_ONLY.has(args[0]!.type))
    if (stage > 0) this.#fail(`non executable command in pipeline stage ${stage + 1}`)
    return pipe
  }

  /** Reads `$x :=`, `$x =` or `$x,`; true when another variable follows. */
  #declaration (pipe: PipeNode, context: string): boolean {
    const variable = this.#peekNonSpace()
    if (variable.kind !== 'variable') return false
    const start = this.#at
    this.#next()
    const next = this.#peekNonSpace()
    const isComma = next.kind === 'char' && next.text === ','
    if (next.kind !== 'assign' && next.kind !== 'declare' && !isComma) {
      this.#at = start
      return false
    }
    if (!isComma) pipe.isAssign = next.kind === 'assign'
    this.#nextNonSpace()
    pipe.variables.push(toVariable(variable.pos, variable.text))
    this.#scope.variables.push(variable.text)
    if (!isComma) return false
    if (context === 'range' && pipe.variables.length < 2) {
      const { kind } = this.#peekNonSpace()
      if (kind === 'variable' || kind === 'right' || kind === 'closeParen') return true
      this.#fail('range can only initialize variables')
    }
    this.#fail(`too many declarations in ${context}`)
  }

  #command (): CommandNode {
    const command: CommandNode = { type: 'command', pos: this.#peekNonSpace().pos, args: [] }
    while (true) {
      this.#peekNonSpace()
      const operand = this.#operand()
      if (operand !== null) command.args.push(operand)
      const token = this.#next()
      if (token.kind === 'space') continue
      if (token.kind === 'right' || token.kind === 'closeParen') this.#back()
      else if (token.kind !== 'pipe') this.#unexpected(token, 'operand')
      break
    }
    if (command.args.length === 0) this.#fail('empty command')
    return command
  }

  /** Reads a term and the fields behind it. */
  #operand (): Operand | null {
    const node = this.#term()
    if (node === null || this.#peek().kind !== 'field') return node
    const { pos } = this.#peek()
    const path: string[] = []
    while (this.#peek().kind === 'field') path.push(this.#next().text.slice(1))
    if (node.type === 'field' || node.type === 'variable') return { type: node.type, pos, path: [...node.path, ...path] }
    if (VALUES_ONLY.has(node.type)) this.#fail(`unexpected . after term ${quote(describe(node))}`)
    return { type: 'chain', pos, node, path }
  }

  #term (): Operand | null {
    const token = this.#nextNonSpace()
    const { kind, pos, text } = token
    switch (kind) {
      case 'identifier': return this.#identifier(token)
      case 'dot': case 'nil': return { type: kind, pos }
      case 'variable': return this.#variable(token)
      case 'field': return { type: 'field', pos, path: [text.slice(1)] }
      case 'bool': return { type: 'bool', pos, value: text === 'true' }
      case 'character': case 'complex': case 'number': return this.#number(token, kind)
      case 'string': case 'rawString': return { type: 'string', pos, literal: text, value: this.#unquoted(token) } satisfies StringNode
      case 'paren': {
        this.#nest()
        const pipe = this.#pipeline('parenthesized pipeline', 'closeParen')
        this.#nesting--
        return pipe
      }
    }
    this.#back()
    return null
  }

  #identifier ({ pos, text }: Token): IdentifierNode {
    if (!this.#functions.has(text)) {
      const reason = this.#functions.unsupported(text)
      const message = reason === undefined ? `function ${quote(text)} not defined` : `function ${quote(text)} ${reason}`
      this.#fail(message, 'FG_ERR_GO_TEMPLATE_FUNCTION', pos)
    }
    return { type: 'identifier', pos, name: text }
  }

  #variable ({ pos, text }: Token): VariableNode {
    if (!this.#scope.variables.includes(text)) this.#fail(`undefined variable ${quote(text)}`)
    return toVariable(pos, text)
  }

  #number ({ pos, text }: Token, kind: 'character' | 'complex' | 'number'): NumberNode {
    const value = parseNumberLiteral(text, kind)
    if (typeof value === 'string') this.#fail(value)
    return { type: 'number', pos, text, value }
  }

  #unquoted (token: Token): string {
    return unquote(token.text) ?? this.#fail('invalid syntax')
  }

  #expect (kinds: TokenKind[], context: string): Token {
    const token = this.#nextNonSpace()
    if (!kinds.includes(token.kind)) this.#unexpected(token, context)
    return token
  }

  #next (): Token {
    const token = this.#peek()
    this.#at++
    return token
  }

  #back (): void {
    this.#at--
  }

  #peek (): Token {
    const token = this.#tokens[this.#at] ?? this.#tokens.at(-1)!
    if (token.pos > this.#scope.latest.pos) this.#scope.latest = token
    return token
  }

  #nextNonSpace (): Token {
    this.#peekNonSpace()
    return this.#next()
  }

  #peekNonSpace (): Token {
    while (this.#peek().kind === 'space') this.#at++
    return this.#peek()
  }

  #enterTree (): Scope {
    const outer = this.#scope
    this.#scope = newScope(outer.latest)
    return outer
  }

  #leaveTree (outer: Scope): void {
    this.#scope = outer
  }

  #nest (): void {
    if (++this.#nesting > MOST_NESTING) this.#fail('max expression depth exceeded')
  }

  #unexpected (token: Token, context: string): never {
    if (token.kind !== 'error') this.#fail(`unexpected ${describeToken(token)} in ${context}`)
    this.#fail(token.text + this.#actionStart(token), 'FG_ERR_GO_TEMPLATE_PARSE', token.pos)
  }

  /** Says where an action began that is not closed on the line where that was found out. */
  #actionStart (token: Token): string {
    const { actionPos } = this.#scope
    if (actionPos === -1) return ''
    const line = lineOf(this.#source, actionPos)
    if (line === lineOf(this.#source, token.pos)) return ''
    return `${token.text.endsWith(' action') ? '' : ' in action'} started at ${this.#source.name}:${line}`
  }

  #fail (message: string, code: TemplateErrorCode = 'FG_ERR_GO_TEMPLATE_PARSE', pos = this.#scope.latest.pos): never {
    const place = placeOf(this.#source, pos)
    const line = lineOf(this.#source, this.#scope.latest.pos)
    throw new TemplateError(code, `template: ${this.#source.name}:${line}: ${message}`, place)
  }
}

function newScope (latest: Token): Scope {
  return { variables: ['$'], rangeDepth: 0, actionPos: -1, latest }
}

function isMark (node: Statement | MarkNode): node is MarkNode {
  return node.type === 'else' || node.type === 'end'
}

function toVariable (pos: number, text: string): VariableNode {
  return { type: 'variable', pos, path: [text] }
}
