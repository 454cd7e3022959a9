import type { Capture } from '../language/ast.ts'
import type { Budget } from './budget.ts'

/** A value of a script; nil is undefined, a string has a character per byte. */
export type LuaValue = undefined | boolean | number | string | LuaTable | LuaFunction | NativeFunction | Userdata | Thread

/** A variable that functions share. */
export interface Cell {
  v: LuaValue
}

/** A function of a script. */
export class LuaFunction {
  readonly proto: Proto
  readonly cells: readonly Cell[]
  env: LuaTable

  constructor (proto: Proto, cells: readonly Cell[], env: LuaTable) {
    this.proto = proto
    this.cells = cells
    this.env = env
  }
}

/**
 * What a native function gives: one value, several as an array, or a promise of them, for which the script waits.
 */
export type NativeResult = LuaValue | readonly LuaValue[] | Promise<LuaValue | readonly LuaValue[]>

export type NativeBody = (args: readonly LuaValue[], machine: Machine) => NativeResult

/**
 * Changes what runs instead of giving values: calls, resumes, yields. Results go to register `into` of the frame, `want`
 * of them, -1 for all.
 */
export type Control = (machine: Machine, args: LuaValue[], into: number, want: number) => void

/** A function of the host. */
export class NativeFunction {
  readonly name: string
  readonly run: NativeBody
  readonly control: Control | null

  constructor (name: string, run: NativeBody, control: Control | null = null) {
    this.name = name
    this.run = run
    this.control = control
  }
}

/** A value of the host that a script holds: opaque but for the methods of its metatable. */
export class Userdata {
  readonly value: unknown
  metatable: LuaTable | null

  constructor (value: unknown, metatable: LuaTable | null) {
    this.value = value
    this.metatable = metatable
  }
}

/** What an instruction does; the operands mean what it says. */
export type Operation = (machine: Machine, frame: Frame, instruction: Instruction) => void

export interface Instruction {
  run: Operation
  a: number
  b: number
  c: number
  /** A constant. */
  k: LuaValue
  /** Of the script, from 1. */
  line: number
}

/** The code of one function. */
export interface Proto {
  readonly name: string
  readonly code: readonly Instruction[]
  readonly registers: number
  readonly params: number
  readonly isVararg: boolean
  /** Register of the implicit table `arg`; -1 = none. */
  readonly arg: number
  /** Parameters that functions inside share. */
  readonly shared: readonly number[]
  readonly captures: readonly Capture[]
  readonly protos: readonly Proto[]
  readonly chunk: Chunk
}

/** The text that code was made from. */
export interface Chunk {
  /** As messages name it. */
  readonly name: string
  /** Finds the file and its line for a line of the text. */
  locate (line: number): Where
}

/** Catches an error of a call: null hands it out as it is, a function is called with it first. */
export interface Guard {
  readonly handler: LuaValue
}

/** A call that runs. */
export class Frame {
  readonly fn: LuaFunction
  readonly proto: Proto
  readonly registers: any[]
  readonly varargs: readonly LuaValue[]
  readonly parent: Frame | null
  /** Where the results go in the parent, and how many; -1 = all. */
  readonly into: number
  readonly want: number
  readonly depth: number
  readonly guard: Guard | null
  /** Whether the host waits for the results instead of a frame. */
  readonly isBase: boolean
  pc = 0
  /** Behind the last of values whose number only the run decides. */
  top = 0

  constructor (
    fn: LuaFunction,
    args: readonly LuaValue[],
    parent: Frame | null,
    into: number,
    want: number,
    depth: number,
    guard: Guard | null,
    isBase: boolean
  ) {
    const { proto } = fn
    this.fn = fn
    this.proto = proto
    this.parent = parent
    this.into = into
    this.want = want
    this.depth = depth
    this.guard = guard
    this.isBase = isBase
    const registers: any[] = new Array(proto.registers)
    const { params } = proto
    for (let i = 0; i < params; i++) registers[i] = args[i]
    for (const shared of proto.shared) registers[shared] = { v: registers[shared] }
    this.registers = registers
    this.varargs = proto.isVararg && args.length > params ? args.slice(params) : []
  }
}

/** A coroutine, or the main course of a script. */
export class Thread {
  /** What it runs when it is resumed for the first time. */
  readonly body: LuaFunction | NativeFunction | null
  frame: Frame | null = null
  status: 'suspended' | 'running' | 'normal' | 'dead' = 'suspended'
  isStarted = false
  /** Which one waits for it. */
  resumer: Thread | null = null
  /** Where its results go in the resumer's frame; how many. */
  into = 0
  want = 0
  /** Where its own next values go, of the call that yielded. */
  resumeInto = 0
  resumeWant = 0
  /** Made by `coroutine.wrap`: errors go on, and results have no status in front. */
  isWrapped = false
  /** Calls of the host that are under way in it. */
  nested = 0

  constructor (body: LuaFunction | NativeFunction | null) {
    this.body = body
  }
}

/** What runs a script, as its instructions and the functions of the host see it. */
export interface Machine {
  readonly budget: Budget
  readonly globals: LuaTable
  /** What functions of the host know of the run. */
  readonly host: unknown
  /** Of strings; null without the library `string`. */
  stringMetatable: LuaTable | null
  /** What runs now. */
  readonly thread: Thread
  frame: Frame | null
  /** Calls a function of the script for one of the host, which waits: it must not wait for anything itself. */
  call (fn: LuaValue, args: readonly LuaValue[]): readonly LuaValue[]
  /** Begins a call; its results go to the frame that runs now. */
  enter (fn: LuaValue, args: readonly LuaValue[], into: number, want: number, guard?: Guard | null): void
  /** Calls any value. */
  callValue (fn: LuaValue, args: LuaValue[], into: number, want: number): void
  /** Hands results to the frame that runs now. */
  deliver (into: number, want: number, result: NativeResult): void
  /** Ends the call that runs now. */
  finish (values: readonly LuaValue[]): void
  /** Goes on in a coroutine. */
  resume (thread: Thread, args: readonly LuaValue[], into: number, want: number): void
  /** Goes back to the thread that resumed this one, with values. */
  leave (status: 'suspended' | 'dead', values: readonly LuaValue[]): void
  /** An error at the place of the script that runs now. `level` 2: where the function that runs was called. */
  failure (text: string, level?: number): Error
  /** An error at a place that `locate` gave before. */
  failureAt (place: ReturnType<Machine['locate']>, text: string): Error
  /** Where the script is: the beginning of an error message, and the file. */
  locate (level?: number): { readonly prefix: string, readonly where: Where | null }
}

export interface Where {
  readonly file: string
  readonly line: number
}

/** Keys from this on are never list positions. */
const maxIndex = 67108864

/**
 * A table. Integer keys are a list with gaps, other keys keep the order of their first use, as the reference's
 * interpreter has them: `#` is the position of the last element of the list.
 */
export class LuaTable {
  metatable: LuaTable | null = null
  /** Whether scripts must not change it, because it is others' too. */
  isFrozen = false
  readonly list: LuaValue[] = []
  #places: Map<LuaValue, number> | null = null
  #keys: LuaValue[] = []
  #values: LuaValue[] = []
  /** Whether keys and places are another table's too. */
  #isShared = false

  /** A copy that costs little until one of the two is changed: for libraries. */
  copy (): LuaTable {
    const copy = new LuaTable()
    copy.#places = this.#places
    copy.#keys = this.#keys
    copy.#values = this.#values
    copy.#isShared = this.#isShared = true
    return copy
  }

  get (key: LuaValue): LuaValue {
    if (typeof key === 'string') return this.field(key)
    if (typeof key === 'number' && isIndex(key)) return this.list[key - 1]
    if (this.#places === null) return undefined
    const place = this.#places.get(key)
    return place === undefined ? undefined : this.#values[place]
  }

  field (name: string): LuaValue {
    if (this.#places === null) return undefined
    const place = this.#places.get(name)
    return place === undefined ? undefined : this.#values[place]
  }

  /**
   * Sets a key, which is neither nil nor NaN.
   *
   * @returns how many new places that took
   */
  set (key: LuaValue, value: LuaValue): number {
    if (typeof key === 'number' && isIndex(key)) {
      const { list } = this
      const index = key - 1
      if (index < list.length) { list[index] = value; return 0 }
      if (value === undefined) return 0
      const more = index - list.length + 1
      while (list.length < index) list.push(undefined)
      list.push(value)
      return more
    }
    const place = this.#places?.get(key)
    if (place !== undefined) {
      if (this.#isShared) this.#own()
      this.#values[place] = value
      return 0
    }
    if (value === undefined) return 0
    if (this.#isShared) this.#own()
    if (this.#places === null) {
      this.#places = new Map()
      this.#keys = []
      this.#values = []
    }
    this.#places.set(key, this.#keys.length)
    this.#keys.push(key)
    this.#values.push(value)
    return 1
  }

  /** How many places setting an integer key would take. */
  growth (key: LuaValue): number {
    return typeof key === 'number' && isIndex(key) ? Math.max(0, key - this.list.length) : 0
  }

  get length (): number {
    const { list } = this
    // Empty places at the end are dropped, so that no second look passes them.
    while (list.length > 0 && list[list.length - 1] === undefined) list.pop()
    return list.length
  }

  /**
   * The key behind one, and its value; null at the end, undefined if there is no such key.
   *
   * @param budget pays for empty places that are passed
   */
  next (key: LuaValue, budget: Pick<Budget, 'scan'> | null = null): [key: LuaValue, value: LuaValue] | null | undefined {
    let place = 0
    if (key === undefined || (typeof key === 'number' && isIndex(key) && key <= this.list.length)) {
      const from = key as number | undefined ?? 0
      let i = from
      while (i < this.list.length && this.list[i] === undefined) i++
      budget?.scan((i - from) * 16)
      if (i < this.list.length) return [i + 1, this.list[i]]
    } else {
      const before = this.#places?.get(key)
      if (before === undefined) return typeof key === 'number' && isIndex(key) ? this.#from(0, budget) : undefined
      place = before + 1
    }
    return this.#from(place, budget)
  }

  /** Calls `visit` with every key that has a value. */
  forEach (visit: (key: LuaValue, value: LuaValue) => void): void {
    for (let i = 0; i < this.list.length; i++) if (this.list[i] !== undefined) visit(i + 1, this.list[i])
    for (let i = 0; i < this.#keys.length; i++) if (this.#values[i] !== undefined) visit(this.#keys[i], this.#values[i])
  }

  #from (place: number, budget: Pick<Budget, 'scan'> | null): [LuaValue, LuaValue] | null {
    let i = place
    while (i < this.#keys.length && this.#values[i] === undefined) i++
    budget?.scan((i - place) * 16)
    return i < this.#keys.length ? [this.#keys[i], this.#values[i]] : null
  }

  #own (): void {
    this.#places = new Map(this.#places)
    this.#keys = [...this.#keys]
    this.#values = [...this.#values]
    this.#isShared = false
  }
}

function isIndex (key: number): boolean {
  return key > 0 && key < maxIndex && Number.isInteger(key)
}
