import type { Instant, Location } from '@floodgate/go/time'
import {
  ANY, BOOL, dictOf, FLOAT64, INT, Int, STRING, type Dict, type Type, type Value
} from '../evaluate/values.ts'
import type { Budget } from '../evaluate/budget.ts'
import type { Argument, Slot } from '../evaluate/slot.ts'

/** What functions may reach besides their arguments. */
export interface Context {
  readonly budget: Budget
  readonly env: Readonly<Record<string, string | undefined>>
  /** Zone of dates that name none. */
  readonly local: Location
  now (): Instant
  /** Text of a partial; undefined when there is none. */
  partial (name: string): string | undefined
}

/** A parameter: the Go type that arguments are checked against, and how the function sees them. */
export interface Param<T> {
  readonly type: Type
  read (value: Value): T
}

/** The last parameter of a variadic function. */
export interface Rest<T> {
  readonly rest: Param<T>
}

/** A function of templates, with the signature that Go would check calls against. */
export interface GoFunction {
  readonly params: readonly Type[]
  /** Type of further arguments; null when there are none. */
  readonly rest: Type | null
  /** Makes the result of arguments that fit. */
  readonly call: (args: Argument[], context: Context) => Argument
  /** Type of the result; `ANY` is unpacked by the evaluator. */
  readonly result: Type
  /** Gets slots instead of values: Go's functions of reflect.Value. */
  readonly takesSlots: boolean
}

type AnyParam = Param<any> | Rest<any>
type Read<P> = P extends Param<infer T> ? T : never
type Args<P extends readonly AnyParam[]> = P extends readonly [...infer Fixed, Rest<infer T>]
  ? [...{ [K in keyof Fixed]: Read<Fixed[K]> }, ...T[]]
  : { -readonly [K in keyof P]: Read<P[K]> }

/** Type of parameters that take any value as it is, boxed or missing. */
export const SLOT: Type = { name: 'reflect.Value', kind: 'struct' }

export const text: Param<string> = { type: STRING, read: (value) => value as string }
export const bool: Param<boolean> = { type: BOOL, read: (value) => value as boolean }
export const float: Param<number> = { type: FLOAT64, read: (value) => value as number }
/** An int as a JavaScript number: exact up to 2^53, which counts and positions never pass. */
export const integer: Param<number> = { type: INT, read: (value) => Number((value as Int).value) }
export const any: Param<Value> = { type: ANY, read: (value) => value }
export const dict: Param<Dict> = { type: dictOf(ANY), read: (value) => value as Dict }

/** Makes a parameter variadic. */
export function rest<T> (param: Param<T>): Rest<T> {
  return { rest: param }
}

/**
 * Describes a function.
 *
 * @param params parameter types in order; a variadic one last
 * @param result type of what `run` returns
 */
export function define<const P extends readonly AnyParam[]> (
  params: P, result: Type, run: (args: Args<P>, context: Context) => Value
): GoFunction {
  const fixed = params.filter((param): param is Param<unknown> => !('rest' in param))
  const last = params.at(-1)
  const more = last !== undefined && 'rest' in last ? last.rest : null
  return {
    params: fixed.map(({ type }) => type),
    rest: more === null ? null : more.type,
    result,
    takesSlots: false,
    call: (args, context) => {
      const read = args.map((arg, i) => (fixed[i] ?? more!).read(arg as Value))
      return run(read as Args<P>, context)
    }
  }
}

/** Describes a function that sees slots: of `fixed` arguments, and more when `variadic`. */
export function defineOnSlots (
  fixed: number, variadic: boolean, run: (args: Slot[], context: Context) => Slot
): GoFunction {
  return {
    params: Array<Type>(fixed).fill(SLOT),
    rest: variadic ? SLOT : null,
    result: SLOT,
    takesSlots: true,
    call: (args, context) => run(args as Slot[], context)
  }
}

/** A table of functions by name. */
export type FunctionTable = Readonly<Record<string, GoFunction>>
