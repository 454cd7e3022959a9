import type { CharSet } from './char-class.ts'

/** What must hold at a position. */
export type Assertion = 'beginLine' | 'endLine' | 'beginText' | 'endText' | 'word' | 'noWord'

/** A parsed regular expression. */
export type RegexpNode =
  { readonly op: 'empty' } |
  { readonly op: 'set', readonly set: CharSet } |
  { readonly op: 'assert', readonly kind: Assertion } |
  { readonly op: 'capture', readonly index: number, readonly node: RegexpNode } |
  { readonly op: 'concat' | 'alternate', readonly nodes: readonly RegexpNode[] } |
  { readonly op: 'repeat', readonly node: RegexpNode, readonly min: number, readonly max: number, readonly greedy: boolean }

/** A parsed expression with its groups. */
export interface Syntax {
  readonly node: RegexpNode
  /** Names of the groups by their number; the whole match, number 0, and groups without a name are empty. */
  readonly names: readonly string[]
}

/** Why an expression is refused, as Go words it. */
export class RegexpProblem extends Error {
  constructor (what: string, where: string) {
    super(`error parsing regexp: ${what}: \`${where}\``)
  }
}
