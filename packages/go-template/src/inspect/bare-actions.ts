import { describe, type ListNode, type Operand, type PipeNode, type Tree } from '../parse/nodes.ts'
import { placeOf } from '../parse/position.ts'

/** An action that writes a field of the data into JSON as it is. */
export interface BareAction {
  /** From 1. */
  readonly line: number
  /** In characters, from 1. */
  readonly column: number
  /** The action as a template writes it. */
  readonly text: string
}

/** Functions that pass a text on so that it can still be anything. */
const PASSING: ReadonlySet<string> = new Set([
  'abbrev', 'cat', 'coalesce', 'default', 'dig', 'first', 'get', 'index', 'join', 'last', 'lower', 'nospace', 'print', 'printf', 'println',
  'replace', 'substr', 'ternary', 'title', 'toString', 'trim', 'trimAll', 'trimPrefix', 'trimSuffix', 'trunc', 'upper'
])

/**
 * Finds actions that write fields of the data outside of the quotes of JSON, without a function that writes JSON. What
 * variables hold, and what other templates write, is not looked at.
 */
export function findBareActions ({ root, source }: Tree, isRoot: (field: string) => boolean): BareAction[] {
  const found: BareAction[] = []
  let quoted = false

  function visit ({ nodes }: ListNode): void {
    for (const node of nodes) {
      if (node.type === 'text') quoted = endsQuoted(node.text, quoted)
      else if (node.type === 'action') {
        if (!quoted && isBare(node.pipe, isRoot)) {
          const { line, column } = placeOf(source, node.pos)
          found.push({ line, column, text: `{{ ${describe(node.pipe)} }}` })
        }
      } else if ('list' in node) {
        const before = quoted
        visit(node.list)
        const after = quoted
        quoted = before
        if (node.elseList !== null) visit(node.elseList)
        quoted = after
      }
    }
  }

  visit(root)
  return found
}

/** Whether a text of JSON ends within a string. */
function endsQuoted (text: string, quoted: boolean): boolean {
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\' && quoted) at++
    else if (text[at] === '"') quoted = !quoted
  }
  return quoted
}

function isBare ({ variables, commands }: PipeNode, isRoot: (field: string) => boolean): boolean {
  if (variables.length > 0) return false
  const passes = ({ type, name }: { type: string, name?: string }): boolean => type !== 'identifier' || PASSING.has(name!)
  return passes(commands.at(-1)!.args[0]!) && commands.some(({ args }) => args.some((arg) => names(arg, isRoot)))
}

function names (node: Operand, isRoot: (field: string) => boolean): boolean {
  switch (node.type) {
    case 'field': return isRoot(node.path[0]!)
    case 'variable': return node.path[0] === '$' && node.path.length > 1 && isRoot(node.path[1]!)
    case 'chain': return names(node.node, isRoot)
    case 'pipe': return isBare(node, isRoot)
    default: return false
  }
}
