import { LuaAbort } from './lua-abort.ts'

/** What one run of a script may use, from its sources to its end. */
export interface Limits {
  readonly instructions: number
  /** Bytes that it makes: strings, tables, functions. */
  readonly memory: number
}

/** 10 million instructions are some tenths of a second of one processor. */
export const defaultLimits: Limits = { instructions: 10_000_000, memory: 64 * 1024 * 1024 }

/** Longest string, in bytes. */
const maxString = 16 * 1024 * 1024

/** How many instructions run between two looks at the clock. */
const portion = 5000

/** How long a script runs before others have their turn, in ms. */
const turn = 5

/** Instructions that one function of the host may spend in functions of the script that it calls. */
export const maxNested = 1_000_000

/** Counts what a script uses. */
export class Budget {
  readonly #limits: Limits
  #instructions: number
  #memory: number
  /** Instructions until the next look at the clock. */
  fuel = portion
  #turnEnd = performance.now() + turn

  constructor (limits: Limits) {
    this.#limits = limits
    this.#instructions = limits.instructions - portion
    this.#memory = limits.memory
  }

  /**
   * Adds fuel for another portion.
   *
   * @returns whether the turn is over
   * @throws {LuaAbort} all instructions are used
   */
  refuel (): boolean {
    // What natives have spent beyond the portion counts too.
    this.#instructions -= portion - Math.min(this.fuel, 0)
    if (this.#instructions < 0) {
      throw new LuaAbort('FG_ERR_LUA_INSTRUCTIONS', `the script was ended: it ran more than ${this.#limits.instructions} instructions`)
    }
    this.fuel = portion
    return performance.now() >= this.#turnEnd
  }

  beginTurn (): void { this.#turnEnd = performance.now() + turn }

  get spent (): number { return this.#limits.instructions - this.#instructions - this.fuel }

  /** Counts work that a function of the host does in one go. */
  work (instructions: number): void {
    this.fuel -= instructions
    if (this.fuel < 0 && this.#instructions + this.fuel < 0) this.refuel()
  }

  /** @throws {LuaAbort} all memory is used */
  take (bytes: number): void {
    this.#memory -= bytes
    if (this.#memory < 0) {
      throw new LuaAbort('FG_ERR_LUA_MEMORY', `the script was ended: it made more than ${this.#limits.memory} bytes of strings and tables`)
    }
  }

  /**
   * Counts a string before it is made.
   *
   * @throws {LuaAbort} it would be too long, or all memory is used
   */
  takeString (length: number): void {
    this.checkLength(length)
    this.take(length + 32)
  }

  /** @throws {LuaAbort} a string would be too long */
  checkLength (length: number): void {
    if (length > maxString) throw new LuaAbort('FG_ERR_LUA_MEMORY', `the script was ended: it made a string of more than ${maxString} bytes`)
  }

  /** Counts a pass over a text that is longer than those that scripts usually have. */
  scan (length: number): void {
    if (length > 256) this.work(length >> 6)
  }

  /** Counts the directives of a text (`%d`, `%1`) before they are replaced, all in one go. */
  directives (text: string): void {
    let count = 0
    for (let at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at + 1)) count++
    this.work(count * 64)
  }

  /** Counts a string that shares its parts with others until it is read. */
  takeJoined (length: number): void {
    if (length < 256) {
      this.take(length + 32)
      return
    }
    this.checkLength(length)
    this.take((length >> 2) + 32)
    this.work(length >> 6)
  }
}
