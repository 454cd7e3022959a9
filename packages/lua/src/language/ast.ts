/** A local variable. */
export interface Local {
  readonly name: string
  /** Whether a function inside uses it: then it lives in a cell of its own. */
  captured: boolean
  used: boolean
  /** Register, assigned when code is made. */
  register: number
}

/** Where a function finds a variable of a function around it: in a local of that, or among its captured ones. */
export type Capture = { readonly local: Local } | { readonly index: number }

export interface FunctionNode {
  readonly name: string
  readonly params: Local[]
  /** The implicit table `arg` of a function with `...`; null in others. */
  readonly arg: Local | null
  readonly isVararg: boolean
  readonly captures: Capture[]
  body: Statement[]
  readonly line: number
  endLine: number
}

export type Expression = { readonly line: number } & (
  | { readonly type: 'constant', readonly value: undefined | boolean | number | string }
  | { readonly type: 'vararg' }
  | { readonly type: 'function', readonly fn: FunctionNode }
  | { readonly type: 'local', readonly local: Local }
  | { readonly type: 'captured', readonly index: number }
  | { readonly type: 'global', readonly name: string }
  | { readonly type: 'index', readonly object: Expression, readonly key: Expression }
  | { readonly type: 'call', readonly callee: Expression, readonly args: readonly Expression[] }
  | { readonly type: 'method', readonly object: Expression, readonly name: string, readonly args: readonly Expression[] }
  | { readonly type: 'binary', readonly operator: string, readonly left: Expression, readonly right: Expression }
  | { readonly type: 'unary', readonly operator: string, readonly operand: Expression }
  | { readonly type: 'table', readonly items: readonly TableItem[] }
  | { readonly type: 'paren', readonly inner: Expression }
)

/** Without a key: the next element of the list. */
export interface TableItem {
  readonly key: Expression | null
  readonly value: Expression
}

export type Statement = { readonly line: number } & (
  | { readonly type: 'local', readonly locals: readonly Local[], readonly values: readonly Expression[] }
  | { readonly type: 'assign', readonly targets: readonly Expression[], readonly values: readonly Expression[] }
  | { readonly type: 'call', readonly call: Expression }
  | { readonly type: 'do', readonly body: readonly Statement[] }
  | { readonly type: 'while', readonly condition: Expression, readonly body: readonly Statement[] }
  | { readonly type: 'repeat', readonly condition: Expression, readonly body: readonly Statement[] }
  | { readonly type: 'if', readonly branches: readonly Branch[], readonly otherwise: readonly Statement[] }
  | {
    readonly type: 'count',
    readonly local: Local,
    readonly from: Expression,
    readonly to: Expression,
    readonly step: Expression | null
    readonly body: readonly Statement[]
  }
  | { readonly type: 'each', readonly locals: readonly Local[], readonly values: readonly Expression[], readonly body: readonly Statement[] }
  | { readonly type: 'local-function', readonly local: Local, readonly fn: FunctionNode }
  | { readonly type: 'return', readonly values: readonly Expression[] }
  | { readonly type: 'break' }
  | { readonly type: 'goto', readonly label: string }
  | { readonly type: 'label', readonly label: string }
)

export interface Branch {
  readonly condition: Expression
  readonly body: readonly Statement[]
}
