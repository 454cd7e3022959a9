import { quote } from '@floodgate/go/quote'
import { describe, isEmptyTree } from './nodes.ts'
import { PipelineParser, unquoteToken, type KnownFunctions } from './pipeline-parser.ts'
import { TokenReader } from './token-reader.ts'
import type { BranchNode, ListNode, LoopNode, MarkNode, PipeNode, Statement, TemplateNode, Tree } from './nodes.ts'
import type { Source } from './position.ts'
import type { Token } from './lexer.ts'

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

class Parser {
  readonly trees = new Map<string, Tree>()
  readonly #reader: TokenReader
  readonly #pipelines: PipelineParser

  constructor (source: Source, functions: KnownFunctions) {
    this.#reader = new TokenReader(source)
    this.#pipelines = new PipelineParser(this.#reader, functions)
  }

  parseTemplate (): void {
    const root: ListNode = { type: 'list', pos: this.#reader.peek().pos, nodes: [] }
    while (this.#reader.peek().kind !== 'eof') {
      if (this.#reader.peek().kind === 'left') {
        const start = this.#reader.position
        this.#reader.next()
        if (this.#reader.nextNonSpace().kind === 'define') {
          this.#parseDefinition()
          continue
        }
        this.#reader.reset(start)
      }
      const node = this.#textOrAction()
      if (isMark(node)) this.#reader.fail(`unexpected ${describe(node)}`)
      root.nodes.push(node)
    }
    this.#add({ name: this.#reader.source.name, source: this.#reader.source, root })
  }

  #parseDefinition (): void {
    const outer = this.#reader.enterTree()
    const literal = this.#reader.expect(['string', 'rawString'], 'define clause')
    const name = unquoteToken(this.#reader, literal)
    this.#reader.expect(['right'], 'define clause')
    const [root, end] = this.#itemList()
    if (end.type !== 'end') this.#reader.fail(`unexpected ${describe(end)} in define clause`)
    this.#add({ name, source: this.#reader.source, root })
    this.#reader.leaveTree(outer)
  }

  /** Within one text a name is defined once; a definition without content gives way. */
  #add (tree: Tree): void {
    const known = this.trees.get(tree.name)
    if (known === undefined || isEmptyTree(known.root)) this.trees.set(tree.name, tree)
    else if (!isEmptyTree(tree.root)) this.#reader.fail(`template: multiple definition of template ${quote(tree.name)}`)
  }

  /** Reads up to the `end` or `else` that belongs to what is open. */
  #itemList (): [ListNode, MarkNode] {
    const list: ListNode = { type: 'list', pos: this.#reader.peekNonSpace().pos, nodes: [] }
    while (this.#reader.peekNonSpace().kind !== 'eof') {
      const node = this.#textOrAction()
      if (isMark(node)) return [list, node]
      list.nodes.push(node)
    }
    this.#reader.fail('unexpected EOF')
  }

  #textOrAction (): Statement | MarkNode {
    const token = this.#reader.nextNonSpace()
    if (token.kind === 'text') return { type: 'text', pos: token.pos, text: token.text }
    if (token.kind !== 'left') this.#reader.unexpected(token, 'input')
    this.#reader.scope.actionPos = token.pos
    const node = this.#action()
    this.#reader.scope.actionPos = -1
    return node
  }

  #action (): Statement | MarkNode {
    const token = this.#reader.nextNonSpace()
    switch (token.kind) {
      case 'block': return this.#block()
      case 'break': case 'continue': return this.#loopControl(token.kind, token.pos)
      case 'else': return this.#else()
      case 'end': return { type: 'end', pos: this.#reader.expect(['right'], 'end').pos }
      case 'if': case 'range': case 'with': return this.#branch(token.kind)
      case 'template': return this.#template()
    }
    this.#reader.back()
    return { type: 'action', pos: this.#reader.peek().pos, pipe: this.#pipelines.parse('command', 'right') }
  }

  #loopControl (type: 'break' | 'continue', pos: number): LoopNode {
    const token = this.#reader.nextNonSpace()
    if (token.kind !== 'right') this.#reader.unexpected(token, `{{${type}}}`)
    if (this.#reader.scope.rangeDepth === 0) this.#reader.fail(`{{${type}}} outside {{range}}`)
    return { type, pos }
  }

  #else (): MarkNode {
    const next = this.#reader.peekNonSpace()
    // `else if` and `else with`: the branch is left to the caller.
    if (next.kind === 'if' || next.kind === 'with') return { type: 'else', pos: next.pos }
    return { type: 'else', pos: this.#reader.expect(['right'], 'else').pos }
  }

  #branch (type: 'if' | 'range' | 'with'): BranchNode {
    this.#reader.nest()
    const known = this.#reader.scope.variables.length
    const pipe = this.#pipelines.parse(type, 'right')
    if (type === 'range') this.#reader.scope.rangeDepth++
    const [list, mark] = this.#itemList()
    if (type === 'range') this.#reader.scope.rangeDepth--
    const elseList = mark.type === 'else' ? this.#elseList(type, mark) : null
    this.#reader.scope.variables.length = known
    this.#reader.rise()
    return { type, pos: pipe.pos, pipe, list, elseList }
  }

  #elseList (type: 'if' | 'range' | 'with', mark: MarkNode): ListNode {
    const next = this.#reader.peek().kind
    if (type !== 'range' && next === type) {
      this.#reader.next()
      return { type: 'list', pos: mark.pos, nodes: [this.#branch(type)] }
    }
    const [list, end] = this.#itemList()
    if (end.type !== 'end') this.#reader.fail(`expected end; found ${describe(end)}`)
    return list
  }

  #block (): TemplateNode {
    const token = this.#reader.nextNonSpace()
    const name = this.#templateName(token, 'block clause')
    const pipe = this.#pipelines.parse('block clause', 'right')
    this.#reader.nest()
    const outer = this.#reader.enterTree()
    const [root, end] = this.#itemList()
    const inner = this.#reader.scope
    this.#reader.leaveTree(outer)
    if (end.type !== 'end') this.#reader.fail(`unexpected ${describe(end)} in block clause`)
    this.#reader.scope = inner
    this.#add({ name, source: this.#reader.source, root })
    this.#reader.leaveTree(outer)
    this.#reader.rise()
    return { type: 'template', pos: token.pos, name, pipe }
  }

  #template (): TemplateNode {
    const token = this.#reader.nextNonSpace()
    const name = this.#templateName(token, 'template clause')
    let pipe: PipeNode | null = null
    if (this.#reader.nextNonSpace().kind !== 'right') {
      this.#reader.back()
      pipe = this.#pipelines.parse('template clause', 'right')
    }
    return { type: 'template', pos: token.pos, name, pipe }
  }

  #templateName (token: Token, context: string): string {
    if (token.kind !== 'string' && token.kind !== 'rawString') this.#reader.unexpected(token, context)
    return unquoteToken(this.#reader, token)
  }
}

function isMark (node: Statement | MarkNode): node is MarkNode {
  return node.type === 'else' || node.type === 'end'
}
