import type { Branch, Expression, FunctionNode, Local, Statement, TableItem } from './ast.ts'
import { BINDING, ENDS_BLOCK, UNARY } from './precedence.ts'
import { FunctionScope } from './scope.ts'
import { TokenStream } from './token-stream.ts'

/**
 * Parses a script: Lua 5.1 with `goto`.
 *
 * @param source a character per byte
 * @throws {ScriptSyntaxError} it is not Lua
 */
export function parseScript (source: string): FunctionNode {
  return new Parser(source).chunk()
}

class Parser extends TokenStream {
  #scope = new FunctionScope(null, true)

  chunk (): FunctionNode {
    const main: FunctionNode = { name: 'main chunk', params: [], arg: null, isVararg: true, captures: [], body: [], line: 0, endLine: 0 }
    main.body = this.#block()
    if (this.token.kind !== 'end' || this.token.text !== '') throw this.unexpected()
    main.endLine = this.token.line
    return main
  }

  #block (): Statement[] {
    const statements: Statement[] = []
    this.#scope.open()
    this.deeper()
    while (!ENDS_BLOCK.has(this.token.kind)) {
      if (this.accept(';')) continue
      const isLast = this.token.kind === 'return' || this.token.kind === 'break'
      statements.push(this.#statement())
      if (isLast) {
        this.accept(';')
        break
      }
    }
    this.depth--
    this.#scope.close()
    return statements
  }

  /** A block behind a keyword, and its `end`. */
  #body (): Statement[] {
    const body = this.#block()
    this.expectEnd()
    return body
  }

  #statement (): Statement {
    const { line, kind } = this.token
    switch (kind) {
      case 'if': return this.#if(line)
      case 'while': return this.#while(line)
      case 'do': this.advance(); return { type: 'do', body: this.#body(), line }
      case 'for': return this.#for(line)
      case 'repeat': return this.#repeat(line)
      case 'function': return this.#functionStatement(line)
      case 'local': return this.#local(line)
      case 'return': {
        this.advance()
        const isEmpty = ENDS_BLOCK.has(this.token.kind) || this.token.kind === ';'
        return { type: 'return', values: isEmpty ? [] : this.#expressions(), line }
      }
      case 'break': this.advance(); return { type: 'break', line }
      case 'goto': this.advance(); return { type: 'goto', label: this.name(), line }
      case '::': {
        this.advance()
        const label = this.name()
        this.expect('::')
        return { type: 'label', label, line }
      }
      default: return this.#assignmentOrCall(line)
    }
  }

  #while (line: number): Statement {
    this.advance()
    const condition = this.#expression()
    this.expect('do')
    return { type: 'while', condition, body: this.#body(), line }
  }

  #if (line: number): Statement {
    const branches: Branch[] = []
    let otherwise: Statement[] = []
    do {
      this.advance()
      const condition = this.#expression()
      this.expect('then')
      branches.push({ condition, body: this.#block() })
    } while (this.token.kind === 'elseif')
    if (this.accept('else')) otherwise = this.#block()
    this.expectEnd()
    return { type: 'if', branches, otherwise, line }
  }

  #for (line: number): Statement {
    this.advance()
    const names = [this.name()]
    if (this.accept('=')) {
      const from = this.#expression()
      this.expect(',')
      const to = this.#expression()
      const step = this.accept(',') ? this.#expression() : null
      this.expect('do')
      const { locals: [local], body } = this.#loopBody(names)
      return { type: 'count', local: local!, from, to, step, body, line }
    }
    while (this.accept(',')) names.push(this.name())
    this.expect('in')
    const values = this.#expressions()
    this.expect('do')
    return { type: 'each', values, ...this.#loopBody(names), line }
  }

  #loopBody (names: readonly string[]): { locals: Local[], body: Statement[] } {
    this.#scope.open()
    const locals = names.map((name) => this.#scope.declare(name))
    const body = this.#body()
    this.#scope.close()
    return { locals, body }
  }

  /** The condition sees the locals of the block. */
  #repeat (line: number): Statement {
    this.advance()
    this.#scope.open()
    this.deeper()
    const body: Statement[] = []
    while (this.token.kind !== 'until') {
      if (this.accept(';')) continue
      if (ENDS_BLOCK.has(this.token.kind)) throw this.unexpected()
      body.push(this.#statement())
    }
    this.advance()
    const condition = this.#expression()
    this.depth--
    this.#scope.close()
    return { type: 'repeat', condition, body, line }
  }

  #functionStatement (line: number): Statement {
    this.advance()
    let name = this.token.text
    let target = this.#variable()
    let isMethod = false
    while (this.token.kind === '.' || this.token.kind === ':') {
      isMethod = this.token.kind === ':'
      this.advance()
      const { line } = this.token
      const key = this.name()
      name += (isMethod ? ':' : '.') + key
      target = { type: 'index', object: target, key: { type: 'constant', value: key, line }, line }
      if (isMethod) break
    }
    return { type: 'assign', targets: [target], values: [{ type: 'function', fn: this.#function(name, line, isMethod), line }], line }
  }

  #local (line: number): Statement {
    this.advance()
    if (this.accept('function')) {
      const local = this.#scope.declare(this.name())
      return { type: 'local-function', local, fn: this.#function(local.name, line, false), line }
    }
    const names = [this.name()]
    while (this.accept(',')) names.push(this.name())
    const values = this.accept('=') ? this.#expressions() : []
    return { type: 'local', locals: names.map((name) => this.#scope.declare(name)), values, line }
  }

  #assignmentOrCall (line: number): Statement {
    const first = this.#suffixed()
    if (this.token.kind !== '=' && this.token.kind !== ',') {
      if (first.type === 'call' || first.type === 'method') return { type: 'call', call: first, line }
      throw this.unexpected()
    }
    const targets = [first]
    while (this.accept(',')) targets.push(this.#suffixed())
    if (targets.some(({ type }) => type !== 'local' && type !== 'captured' && type !== 'global' && type !== 'index')) throw this.unexpected()
    this.expect('=')
    return { type: 'assign', targets, values: this.#expressions(), line }
  }

  #expressions (): Expression[] {
    const list = [this.#expression()]
    while (this.accept(',')) list.push(this.#expression())
    return list
  }

  #expression (limit = 0): Expression {
    this.deeper()
    const { line, kind } = this.token
    let left: Expression
    if (kind === 'not' || kind === '-' || kind === '#') {
      this.advance()
      const operand = this.#expression(UNARY)
      left = kind === '-' && operand.type === 'constant' && typeof operand.value === 'number'
        ? { type: 'constant', value: -operand.value, line }
        : { type: 'unary', operator: kind, operand, line }
    } else left = this.#simple()
    for (;;) {
      const { kind: operator, line } = this.token
      const binding = Object.hasOwn(BINDING, operator) ? BINDING[operator]! : null
      if (binding === null || binding[0] <= limit) break
      this.advance()
      left = { type: 'binary', operator, left, right: this.#expression(binding[1]), line }
    }
    this.depth--
    return left
  }

  #simple (): Expression {
    const { kind, text, number, line } = this.token
    switch (kind) {
      case 'number':
      case 'string': this.advance(); return { type: 'constant', value: kind === 'number' ? number : text, line }
      case 'nil': this.advance(); return { type: 'constant', value: undefined, line }
      case 'true':
      case 'false': this.advance(); return { type: 'constant', value: kind === 'true', line }
      case '...':
        if (!this.#scope.isVararg) throw this.unexpected("cannot use '...' outside a vararg function")
        this.advance()
        return { type: 'vararg', line }
      case '{': return this.#table()
      case 'function': this.advance(); return { type: 'function', fn: this.#function('?', line, false), line }
      default: return this.#suffixed()
    }
  }

  #suffixed (): Expression {
    const { line } = this.token
    let left: Expression
    if (this.accept('(')) {
      const inner = this.#expression()
      this.expect(')')
      left = { type: 'paren', inner, line }
    } else left = this.#variable()
    for (;;) {
      const { kind, line } = this.token
      if (kind === '.') {
        this.advance()
        left = { type: 'index', object: left, key: { type: 'constant', value: this.name(), line }, line }
      } else if (kind === '[') {
        this.advance()
        const key = this.#expression()
        this.expect(']')
        left = { type: 'index', object: left, key, line }
      } else if (kind === ':') {
        this.advance()
        const name = this.name()
        left = { type: 'method', object: left, name, args: this.#args(), line }
      } else if (kind === '(' || kind === 'string' || kind === '{') {
        // Which of two statements the bracket belongs to cannot be known.
        if (kind === '(' && this.lastKind === ')' && line !== this.lastLine) throw this.unexpected('ambiguous syntax (function call x new statement)')
        left = { type: 'call', callee: left, args: this.#args(), line }
      } else return left
    }
  }

  #args (): Expression[] {
    const { kind, text, line } = this.token
    if (kind === 'string') {
      this.advance()
      return [{ type: 'constant', value: text, line }]
    }
    if (kind === '{') return [this.#table()]
    this.expect('(')
    if (this.accept(')')) return []
    const args = this.#expressions()
    this.expect(')')
    return args
  }

  #table (): Expression {
    const { line } = this.token
    const items: TableItem[] = []
    this.expect('{')
    while (this.token.kind !== '}') {
      if (this.token.kind === '[') {
        this.advance()
        const key = this.#expression()
        this.expect(']')
        this.expect('=')
        items.push({ key, value: this.#expression() })
      } else if (this.token.kind === 'name' && this.peek().kind === '=') {
        const { line } = this.token
        const key: Expression = { type: 'constant', value: this.name(), line }
        this.advance()
        items.push({ key, value: this.#expression() })
      } else items.push({ key: null, value: this.#expression() })
      if (!this.accept(',') && !this.accept(';')) break
    }
    this.expect('}')
    return { type: 'table', items, line }
  }

  #function (name: string, line: number, isMethod: boolean): FunctionNode {
    const names = isMethod ? ['self'] : []
    let isVararg = false
    this.expect('(')
    if (this.token.kind !== ')') {
      do {
        if (this.accept('...')) { isVararg = true; break }
        names.push(this.name())
      } while (this.accept(','))
    }
    this.expect(')')
    const scope = this.#scope = new FunctionScope(this.#scope, isVararg)
    const params = names.map((name) => scope.declare(name))
    const arg = isVararg ? scope.declare('arg') : null
    const fn: FunctionNode = { name, params, arg, isVararg, captures: scope.captures, body: [], line, endLine: line }
    fn.body = this.#body()
    fn.endLine = this.lastLine
    this.#scope = scope.parent!
    return fn
  }

  #variable (): Expression {
    const { line } = this.token
    const name = this.name()
    const local = this.#scope.find(name)
    if (local !== null) return { type: 'local', local, line }
    const index = this.#scope.capture(name)
    return index < 0 ? { type: 'global', name, line } : { type: 'captured', index, line }
  }
}
