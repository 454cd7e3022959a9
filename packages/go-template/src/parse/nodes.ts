import { quote } from '@floodgate/go/quote'
import type { NumberLiteral } from './go-literal.ts'
import type { Source } from './position.ts'

interface NodeBase {
  /** Offset in the text of the template. */
  readonly pos: number
}

export interface TextNode extends NodeBase { readonly type: 'text', readonly text: string }
export interface ActionNode extends NodeBase { readonly type: 'action', readonly pipe: PipeNode }
export interface ListNode extends NodeBase { readonly type: 'list', readonly nodes: Statement[] }
export interface BranchNode extends NodeBase {
  readonly type: 'if' | 'range' | 'with'
  readonly pipe: PipeNode
  readonly list: ListNode
  readonly elseList: ListNode | null
}
export interface TemplateNode extends NodeBase {
  readonly type: 'template'
  readonly name: string
  readonly pipe: PipeNode | null
}
export interface LoopNode extends NodeBase { readonly type: 'break' | 'continue' }
/** Ends a list; never part of a tree. */
export interface MarkNode extends NodeBase { readonly type: 'else' | 'end' }

export interface PipeNode extends NodeBase {
  readonly type: 'pipe'
  /** `=` rather than `:=`. */
  isAssign: boolean
  readonly variables: VariableNode[]
  readonly commands: CommandNode[]
}
export interface CommandNode extends NodeBase { readonly type: 'command', readonly args: Operand[] }
export interface FieldNode extends NodeBase { readonly type: 'field', readonly path: string[] }
export interface VariableNode extends NodeBase { readonly type: 'variable', readonly path: string[] }
export interface ChainNode extends NodeBase { readonly type: 'chain', readonly node: Operand, readonly path: string[] }
export interface IdentifierNode extends NodeBase { readonly type: 'identifier', readonly name: string }
export interface DotNode extends NodeBase { readonly type: 'dot' }
export interface NilNode extends NodeBase { readonly type: 'nil' }
export interface BoolNode extends NodeBase { readonly type: 'bool', readonly value: boolean }
export interface NumberNode extends NodeBase { readonly type: 'number', readonly text: string, readonly value: NumberLiteral }
export interface StringNode extends NodeBase { readonly type: 'string', readonly literal: string, readonly value: string }

export type Statement = TextNode | ActionNode | BranchNode | TemplateNode | LoopNode
export type Operand =
  PipeNode | FieldNode | VariableNode | ChainNode | IdentifierNode | DotNode | NilNode | BoolNode | NumberNode | StringNode
export type Node = Statement | ListNode | MarkNode | CommandNode | Operand

/** A template: its own text or a `define` or `block` in another's. */
export interface Tree {
  readonly name: string
  readonly source: Source
  readonly root: ListNode
}

/** Writes a node as a template would, for messages. */
export function describe (node: Node): string {
  switch (node.type) {
    case 'text': return node.text
    case 'action': return `{{${describe(node.pipe)}}}`
    case 'list': return node.nodes.map(describe).join('')
    case 'if': case 'range': case 'with': {
      const otherwise = node.elseList === null ? '' : `{{else}}${describe(node.elseList)}`
      return `{{${node.type} ${describe(node.pipe)}}}${describe(node.list)}${otherwise}{{end}}`
    }
    case 'template': return `{{template ${quote(node.name)}${node.pipe === null ? '' : ' ' + describe(node.pipe)}}}`
    case 'break': case 'continue': case 'else': case 'end': return `{{${node.type}}}`
    case 'pipe': return describePipe(node)
    case 'command': return node.args.map((arg) => arg.type === 'pipe' ? `(${describe(arg)})` : describe(arg)).join(' ')
    case 'field': return '.' + node.path.join('.')
    case 'variable': return node.path.join('.')
    case 'chain': {
      const inner = describe(node.node)
      return (node.node.type === 'pipe' ? `(${inner})` : inner) + node.path.map((name) => '.' + name).join('')
    }
    case 'identifier': return node.name
    case 'dot': return '.'
    case 'nil': return 'nil'
    case 'bool': return String(node.value)
    case 'number': return node.text
    case 'string': return node.literal
  }
}

/** Tells whether a list renders nothing but white space: such a definition does not replace another. */
export function isEmptyTree (list: ListNode): boolean {
  return list.nodes.every((node) => node.type === 'text' && node.text.trim() === '')
}

function describePipe ({ variables, isAssign, commands }: PipeNode): string {
  const declared = variables.length === 0 ? '' : variables.map(describe).join(', ') + (isAssign ? ' = ' : ' := ')
  return declared + commands.map(describe).join(' | ')
}
