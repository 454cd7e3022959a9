import type { Expression, FunctionNode, Local } from '../language/ast.ts'
import { jumpOperation } from '../instructions/operators.ts'
import { ScriptSyntaxError } from '../language/syntax-error.ts'
import type { Chunk, Instruction, LuaValue, Operation, Proto } from '../machine/values.ts'

/** More local variables than this have no function. */
const maxLocals = 200

interface Block {
  readonly isLoop: boolean
  readonly labels: Map<string, number>
  readonly gotos: { readonly label: string, readonly at: number, readonly line: number }[]
  readonly breaks: number[]
  readonly free: number
  readonly locals: number
}

/** Collects the code of one function. */
export class Builder {
  readonly fn: FunctionNode
  readonly chunk: Chunk
  readonly compileFunction: (fn: FunctionNode) => Proto
  readonly code: Instruction[] = []
  readonly protos: Proto[] = []
  readonly #blocks: Block[] = []
  /** The first register that is not in use. */
  free = 0
  #most = 0
  #locals = 0

  constructor (fn: FunctionNode, chunk: Chunk, compileFunction: (fn: FunctionNode) => Proto) {
    this.fn = fn
    this.chunk = chunk
    this.compileFunction = compileFunction
  }

  emit (run: Operation, line: number, a = 0, b = 0, c = 0, k?: LuaValue): number {
    return this.code.push({ run, a, b, c, k, line }) - 1
  }

  get here (): number { return this.code.length }

  /** Lets a jump go to the next instruction. */
  land (jump: number, to = this.here): void { this.code[jump]!.b = to }

  /** Registers that are free from now on; they are the last ones. */
  take (count = 1): number {
    const first = this.free
    this.free += count
    this.#most = Math.max(this.#most, this.free)
    return first
  }

  /** The register of a new local variable. */
  place (local: Local): number {
    if (++this.#locals > maxLocals) throw new ScriptSyntaxError(`too many local variables in ${this.fn.name}`, this.fn.line, 1)
    local.register = this.take()
    return local.register
  }

  open (isLoop: boolean): void {
    this.#blocks.push({ isLoop, labels: new Map(), gotos: [], breaks: [], free: this.free, locals: this.#locals })
  }

  /** Ends a block: jumps to labels in it are resolved, others are left to the block around it. */
  close (): void {
    const { labels, gotos, breaks, free, locals, isLoop } = this.#blocks.pop()!
    const around = this.#blocks.at(-1)
    for (const jump of gotos) {
      const label = labels.get(jump.label)
      if (label !== undefined) this.land(jump.at, label)
      else if (around === undefined) throw new ScriptSyntaxError(`no visible label '${jump.label}' for goto`, jump.line, 1)
      else around.gotos.push(jump)
    }
    if (isLoop) for (const at of breaks) this.land(at)
    this.free = free
    this.#locals = locals
  }

  label (name: string, line: number): void {
    const { labels } = this.#blocks.at(-1)!
    if (labels.has(name)) throw new ScriptSyntaxError(`label '${name}' already defined`, line, 1)
    labels.set(name, this.here)
  }

  goto (label: string, line: number): void {
    this.#blocks.at(-1)!.gotos.push({ label, at: this.emit(jumpOperation, line), line })
  }

  break (line: number): void {
    const loop = this.#blocks.findLast(({ isLoop }) => isLoop)
    if (loop === undefined) throw new ScriptSyntaxError('no loop to break', line, 1)
    loop.breaks.push(this.emit(jumpOperation, line))
  }

  finish (shared: readonly number[], arg: number): Proto {
    const { name, params, isVararg, captures } = this.fn
    const { code, protos, chunk } = this
    return { name, code, registers: this.#most, params: params.length, isVararg, arg, shared, captures, protos, chunk }
  }
}

/** Whether the number of an expression's values is only known when it runs. */
export function isMultiple (expression: Expression | undefined): boolean {
  return expression !== undefined && (expression.type === 'call' || expression.type === 'method' || expression.type === 'vararg')
}
