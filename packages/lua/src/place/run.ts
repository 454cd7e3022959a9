import { Fault } from '@floodgate/core'
import { customFault, limitFault, scriptFault, type LimitCode } from '../errors.ts'
import { createGlobals, stringMetatable, type Libraries } from '../library/globals.ts'
import { defaultLimits } from '../machine/budget.ts'
import { Interpreter, messageOf } from '../machine/interpreter.ts'
import { LuaAbort } from '../machine/lua-abort.ts'
import { LuaError } from '../machine/lua-error.ts'
import { fromBytes } from '../machine/texts.ts'
import { LuaFunction, type LuaTable, type Proto } from '../machine/values.ts'
import type { Host } from '../objects/host.ts'
import type { Code, PlaceCode } from './compile-place.ts'

/** One request's script of one place: an interpreter of its own, in which `pre` and `post` share their globals. */
export class Run {
  readonly #namespace: string
  readonly #code: PlaceCode
  readonly #host: Host
  readonly #interpreter: Interpreter

  /** @param ended why the script must end now; null = it goes on */
  constructor (namespace: string, code: PlaceCode, libraries: Libraries, host: Host, ended: () => unknown) {
    this.#namespace = namespace
    this.#code = code
    this.#host = host
    const globals = createGlobals(libraries)
    this.#interpreter = new Interpreter({ limits: defaultLimits, globals, host, ended })
    this.#interpreter.stringMetatable = stringMetatable(globals)
  }

  /**
   * Runs the files and `pre`; a promise where it has to wait.
   *
   * @throws {Fault} what the script asked for, or why it failed
   */
  before (): void | Promise<void> {
    const { live, sources, pre } = this.#code
    if (live !== null) {
      return live().then((proto) => this.#run(proto)).then(() => this.#run(pre))
    }
    const done = this.#run(sources)
    return done === undefined ? this.#run(pre) : done.then(() => this.#run(pre))
  }

  /** Runs `post`, with one more global. */
  after (response: LuaTable): void | Promise<void> {
    this.#interpreter.globals.set('response', response)
    return this.#run(this.#code.post)
  }

  #run (code: Code | null): void | Promise<void> {
    if (code === null) return
    if ('problem' in code) throw scriptFault(this.#namespace, code.problem)
    let running
    try {
      running = this.#interpreter.run(new LuaFunction(code as Proto, [], this.#interpreter.globals))
    } catch (error) {
      throw this.#fault(error)
    }
    if (running instanceof Promise) return running.then(() => {}, (error: unknown) => { throw this.#fault(error) })
  }

  #fault (error: unknown): unknown {
    if (error instanceof LuaError) {
      const text = messageOf(error)
      const { customError } = this.#host
      if (customError !== null && text.endsWith(customError.text)) {
        const message = fromBytes(text.slice(0, text.length - customError.text.length)) + customError.message
        return customError.status === -1
          ? scriptFault(this.#namespace, message)
          : customFault(this.#namespace, message, customError.status, customError.contentType)
      }
      const { where } = error
      return scriptFault(this.#namespace, fromBytes(text) + (where === null ? '' : ` (${where.file}:L${where.line})`))
    }
    if (error instanceof LuaAbort) return limitFault(this.#namespace, error.code as LimitCode, error.message)
    return error instanceof Fault ? error : scriptFault(this.#namespace, 'internal error', error)
  }
}
