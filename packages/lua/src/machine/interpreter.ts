import { Budget, maxNested, type Limits } from './budget.ts'
import { LuaAbort } from './lua-abort.ts'
import { LuaError } from './lua-error.ts'
import { callMethod } from './metatables.ts'
import { stub } from './stub.ts'
import { textOf } from './texts.ts'
import {
  Frame, LuaFunction, LuaTable, NativeFunction, Thread, type Guard, type LuaValue, type Machine, type NativeResult, type Where
} from './values.ts'

/** Most calls inside each other, as in the reference's interpreter. */
const maxDepth = 256

export interface InterpreterOptions {
  readonly limits: Limits
  readonly globals: LuaTable
  /** For functions of the host. */
  readonly host?: unknown
  /** Why the script must end now; null = it goes on. Asked whenever others have had their turn. */
  ended? (): unknown
}

interface Waiting {
  readonly promise: Promise<LuaValue | readonly LuaValue[]>
  readonly into: number
  /** null: there are no values to hand over. */
  readonly want: number | null
}

/**
 * Runs scripts of one request: its globals, its budget, and what runs. A script stops where it waits for the host, and
 * gives up its turn after some milliseconds; meanwhile others run.
 */
export class Interpreter implements Machine {
  readonly globals: LuaTable
  readonly host: unknown
  readonly budget: Budget
  /** Of strings; null without the library `string`. */
  stringMetatable: LuaTable | null = null
  thread = new Thread(null)
  frame: Frame | null = null
  readonly #main = this.thread
  readonly #ended: () => unknown
  #isGoing = false
  #waiting: Waiting | null = null
  #result: readonly LuaValue[] = []
  #nesting = 0
  #nestedFrom = 0

  constructor ({ limits, globals, host = null, ended = () => null }: InterpreterOptions) {
    this.globals = globals
    this.host = host
    this.budget = new Budget(limits)
    this.#ended = ended
    this.thread.status = 'running'
  }

  /**
   * Runs a function to its end: its values, or a promise of them if it has to wait.
   *
   * @throws {LuaError} an error that the script has not caught
   * @throws {LuaAbort} a budget is used up
   */
  run (fn: LuaFunction, args: readonly LuaValue[] = []): readonly LuaValue[] | Promise<readonly LuaValue[]> {
    this.budget.beginTurn()
    this.frame = new Frame(fn, args, null, 0, -1, 1, null, true)
    this.#drive(null)
    return this.#waiting === null ? this.#result : this.#goOn()
  }

  /**
   * Calls a function of the script for a function of the host, which waits: it must not wait for anything itself.
   *
   * @throws {LuaError} an error that the function has not caught
   */
  call (fn: LuaValue, args: readonly LuaValue[]): readonly LuaValue[] {
    if (fn instanceof NativeFunction && fn.control === null) {
      const result = fn.run(args, this)
      if (result instanceof Promise) throw this.#cannotWait(result)
      return Array.isArray(result) ? result : [result as LuaValue]
    }
    const { thread } = this
    const depth = this.#deeper()
    this.frame = fn instanceof LuaFunction
      ? new Frame(fn, args, this.frame, 0, -1, depth, null, true)
      : new Frame(stub, [fn, ...args], this.frame, 0, -1, depth, null, true)
    thread.nested++
    if (this.#nesting++ === 0) this.#nestedFrom = this.budget.spent
    try {
      this.#drive(null)
      return this.#result
    } finally {
      thread.nested--
      this.#nesting--
      this.#isGoing = true
    }
  }

  /** Begins a call; its results go to the frame that runs now. */
  enter (fn: LuaValue, args: readonly LuaValue[], into: number, want: number, guard: Guard | null = null): void {
    const depth = this.#deeper()
    this.frame = fn instanceof LuaFunction
      ? new Frame(fn, args, this.frame, into, want, depth, guard, false)
      : new Frame(stub, [fn, ...args], this.frame, into, want, depth, guard, false)
  }

  /** Calls any value. */
  callValue (fn: LuaValue, args: LuaValue[], into: number, want: number): void {
    if (fn instanceof LuaFunction) this.enter(fn, args, into, want)
    else if (fn instanceof NativeFunction) {
      if (fn.control !== null) fn.control(this, args, into, want)
      else this.deliver(into, want, fn.run(args, this))
    } else {
      const method = callMethod(this, fn)
      if (method === undefined) throw this.failure('attempt to call a non-function object')
      args.unshift(fn)
      this.callValue(method, args, into, want)
    }
  }

  /** Hands results to the frame that runs now. */
  deliver (into: number, want: number, result: NativeResult): void {
    const frame = this.frame!
    const { registers } = frame
    if (Array.isArray(result)) {
      const values = result as readonly LuaValue[]
      const count = want < 0 ? values.length : want
      for (let i = 0; i < count; i++) registers[into + i] = values[i]
      if (want < 0) frame.top = into + count
    } else if (result instanceof Promise) {
      if (this.#nesting > 0) throw this.#cannotWait(result)
      this.#wait({ promise: result, into, want })
    } else if (want < 0) {
      registers[into] = result
      frame.top = into + 1
    } else if (want > 0) {
      registers[into] = result
      for (let i = 1; i < want; i++) registers[into + i] = undefined
    }
  }

  /** Ends the call that runs now. */
  finish (values: readonly LuaValue[]): void {
    const { guard, isBase, parent, into, want } = this.frame!
    const results = guard === null ? values : [true, ...values]
    if (isBase) {
      this.#result = results
      this.frame = parent
      this.#isGoing = false
    } else if (parent === null) this.leave('dead', results)
    else {
      this.frame = parent
      this.deliver(into, want, results)
    }
  }

  /** Goes on in a coroutine. */
  resume (thread: Thread, args: readonly LuaValue[], into: number, want: number): void {
    const depth = this.#deeper()
    const { thread: resumer } = this
    resumer.frame = this.frame
    resumer.status = 'normal'
    thread.resumer = resumer
    thread.into = into
    thread.want = want
    thread.status = 'running'
    this.thread = thread
    if (thread.isStarted) {
      this.frame = thread.frame
      this.deliver(thread.resumeInto, thread.resumeWant, args)
      return
    }
    thread.isStarted = true
    const { body } = thread
    this.frame = body instanceof LuaFunction
      ? new Frame(body, args, null, 0, -1, depth, null, false)
      : new Frame(stub, [body as LuaValue, ...args], null, 0, -1, depth, null, false)
  }

  /** Goes back to the thread that resumed this one, with values. */
  leave (status: 'suspended' | 'dead', values: readonly LuaValue[]): void {
    const { thread } = this
    const resumer = thread.resumer!
    thread.status = status
    thread.frame = status === 'dead' ? null : this.frame
    thread.resumer = null
    this.#switchTo(resumer)
    this.deliver(thread.into, thread.want, thread.isWrapped ? values : [true, ...values])
  }

  /** An error at the place of the script that runs now. `level` 2: where the function that runs was called. */
  failure (text: string, level = 1): LuaError {
    return this.failureAt(this.locate(level), text)
  }

  failureAt ({ prefix, where }: ReturnType<Machine['locate']>, text: string): LuaError {
    return new LuaError(prefix + text, text, where)
  }

  /** Where the script is. */
  locate (level = 1): { prefix: string, where: Where | null } {
    let frame = this.frame
    for (let left = level; frame !== null; frame = frame.parent) if (frame.fn !== stub && --left <= 0) break
    const instruction = frame?.proto.code[frame.pc - 1]
    if (instruction === undefined) return { prefix: '', where: null }
    const { chunk } = frame!.proto
    return { prefix: `${chunk.name}:${instruction.line}: `, where: chunk.locate(instruction.line) }
  }

  #deeper (): number {
    const depth = (this.frame?.depth ?? 0) + 1
    if (depth > maxDepth) throw this.failure('stack overflow')
    return depth
  }

  #switchTo (thread: Thread): void {
    thread.status = 'running'
    this.thread = thread
    this.frame = thread.frame
  }

  #cannotWait (promise: Promise<unknown>): LuaError {
    promise.catch(() => {})
    return this.failure('a function that is called by a function of a library cannot wait for a response')
  }

  #wait (waiting: Waiting): void {
    this.#waiting = waiting
    this.#isGoing = false
  }

  async #goOn (): Promise<readonly LuaValue[]> {
    for (let waiting = this.#waiting; waiting !== null; waiting = this.#waiting) {
      let thrown: unknown = null
      try {
        const values = await waiting.promise
        this.#waiting = null
        if (waiting.want !== null) this.deliver(waiting.into, waiting.want, values)
      } catch (error) {
        this.#waiting = null
        thrown = error
      }
      this.#checkEnd()
      this.budget.beginTurn()
      this.#drive(thrown)
    }
    return this.#result
  }

  #checkEnd (): void {
    const reason = this.#ended()
    if (reason !== null && reason !== undefined) this.#drop(reason)
  }

  /** Runs until the base frame has ended, or the script waits. */
  #drive (thrown: unknown): void {
    this.#isGoing = true
    let error = thrown
    for (;;) {
      if (error !== null) this.#unwind(error)
      try {
        this.#step()
        return
      } catch (caught) {
        error = caught
      }
    }
  }

  #step (): void {
    const { budget } = this
    while (this.#isGoing) {
      const frame = this.frame!
      const instruction = frame.proto.code[frame.pc++]!
      if (--budget.fuel < 0 && this.#pause()) {
        frame.pc--
        return
      }
      instruction.run(this, frame, instruction)
    }
  }

  /** Looks at the clock; whether others have their turn now. */
  #pause (): boolean {
    const isOver = this.budget.refuel()
    if (this.#nesting > 0) {
      if (this.budget.spent - this.#nestedFrom > maxNested) {
        throw new LuaAbort('FG_ERR_LUA_INSTRUCTIONS', `the script was ended: a function of a library called functions of it with more than ${maxNested} instructions`)
      }
      return false
    }
    if (!isOver) return false
    this.#wait({ promise: new Promise((resolve) => { setImmediate(resolve, undefined) }), into: 0, want: null })
    return true
  }

  /** Goes to where an error is caught; throws it where the host has to. */
  #unwind (error: unknown): void {
    if (!(error instanceof LuaError)) {
      if (!(error instanceof RangeError)) this.#drop(error)
      this.#drop(new LuaAbort('FG_ERR_LUA_MEMORY', `the script was ended: ${error.message}`))
    }
    for (;;) {
      for (let frame = this.frame; frame !== null; frame = frame.parent) {
        const { guard, isBase, parent, into, want } = frame
        if (guard !== null) {
          const value = guard.handler === undefined ? error.value : this.#handled(guard.handler, error)
          this.frame = parent
          if (isBase) {
            this.#result = [false, value]
            this.#isGoing = false
          } else this.deliver(into, want, [false, value])
          return
        }
        if (isBase) {
          this.frame = parent
          throw error
        }
      }
      const { thread } = this
      const { resumer } = thread
      thread.status = 'dead'
      thread.frame = null
      if (resumer === null) throw error
      this.#switchTo(resumer)
      if (!thread.isWrapped) {
        this.deliver(thread.into, thread.want, [false, error.value])
        return
      }
    }
  }

  #handled (handler: LuaValue, error: LuaError): LuaValue {
    try {
      return this.call(handler, [error.value])[0]
    } catch (again) {
      if (again instanceof LuaError) return again.value
      throw again
    }
  }

  /** Ends everything that runs. */
  #drop (error: unknown): never {
    this.frame = null
    this.thread = this.#main
    this.#main.status = 'running'
    this.#main.nested = 0
    throw error
  }
}

/** What an uncaught error says. */
export function messageOf ({ value, text }: LuaError): string {
  return typeof value === 'string' ? text : textOf(value)
}
