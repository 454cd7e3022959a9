import { parseInt64 } from '@floodgate/go/number'
import { add, divide, fromNumber, multiply, subtract, toNumber, type Decimal } from '../number/decimal.ts'
import { CallError } from '../errors.ts'
import { formatValue } from '../texts/printf.ts'
import { toFloat64, toInt, toInt64 } from '../number/cast.ts'
import { FLOAT64, INT, int, INT64, int64, List, listOf, STRING, type Value } from '../evaluate/values.ts'
import { any, define, float, integer, rest, text, type Context, type FunctionTable, type GoFunction } from './definition.ts'

/** sprig's functions on numbers: of int64, of float64 through decimals (names ending in `f`), and conversions. */
export const mathFunctions: FunctionTable = {
  add: define([rest(any)], INT64, (values) => int64(values.reduce((sum: bigint, value) => sum + toInt64(value), 0n))),
  add1: define([any], INT64, ([value]) => int64(toInt64(value) + 1n)),
  sub: define([any, any], INT64, ([a, b]) => int64(toInt64(a) - toInt64(b))),
  mul: define([any, rest(any)], INT64, (values) => int64(values.reduce((product: bigint, value) => product * toInt64(value), 1n))),
  div: define([any, any], INT64, ([a, b]) => int64(toInt64(a) / notZero(toInt64(b)))),
  mod: define([any, any], INT64, ([a, b]) => int64(toInt64(a) % notZero(toInt64(b)))),
  max: extreme((a, b) => a > b),
  biggest: extreme((a, b) => a > b),
  min: extreme((a, b) => a < b),
  addf: define([rest(any)], FLOAT64, (values) => fold([0, ...values], add)),
  add1f: define([any], FLOAT64, ([value]) => fold([value, 1], add)),
  subf: define([any, rest(any)], FLOAT64, (values) => fold(values, subtract)),
  mulf: define([any, rest(any)], FLOAT64, (values) => fold(values, multiply)),
  divf: define([any, rest(any)], FLOAT64, (values) => fold(values, divide)),
  maxf: define([any, rest(any)], FLOAT64, (values) => Math.max(...values.map(toFloat64))),
  minf: define([any, rest(any)], FLOAT64, (values) => Math.min(...values.map(toFloat64))),
  ceil: define([any], FLOAT64, ([value]) => Math.ceil(toFloat64(value))),
  floor: define([any], FLOAT64, ([value]) => Math.floor(toFloat64(value))),
  round: define([any, integer, rest(float)], FLOAT64, ([value, places, up = 0.5]) => round(toFloat64(value), places, up)),

  int: define([any], INT, ([value]) => int(toInt(value))),
  int64: define([any], INT64, ([value]) => int64(toInt64(value))),
  float64: define([any], FLOAT64, ([value]) => toFloat64(value)),
  atoi: define([text], INT, ([value]) => int(parsed(value, 10))),
  toDecimal: define([any], INT64, ([value], { budget }) => {
    const digits = parseInt64(formatValue(value, budget), 8)
    return int64(typeof digits === 'bigint' ? digits : 0n)
  }),

  until: define([integer], listOf(INT), ([count], context) => steps(0, count, count < 0 ? -1 : 1, context)),
  untilStep: define([integer, integer, integer], listOf(INT), ([start, stop, step], context) => steps(start, stop, step, context)),
  seq: define([rest(integer)], STRING, (params, context) => sequence(params, context))
}

function extreme (wins: (a: bigint, b: bigint) => boolean): GoFunction {
  return define([any, rest(any)], INT64, (values) => {
    const [first, ...others] = values.map(toInt64)
    return int64(others.reduce((best, value) => wins(value, best) ? value : best, first!))
  })
}

function notZero (value: bigint): bigint {
  if (value === 0n) throw new CallError('runtime error: integer divide by zero')
  return value
}

/** strconv.Atoi without its error: a number that is too large stops at the largest. */
function parsed (value: string, base: 10): bigint {
  const result = parseInt64(value, base)
  if (result === 'value out of range') return value.startsWith('-') ? -(1n << 63n) : (1n << 63n) - 1n
  return typeof result === 'bigint' ? result : 0n
}

function fold (values: readonly Value[], operation: (a: Decimal, b: Decimal) => Decimal): number {
  const [first, ...others] = values.map((value) => fromNumber(toFloat64(value)))
  return toNumber(others.reduce(operation, first!))
}

function round (value: number, places: number, up: number): number {
  const power = places < 0 ? 1 / 10 ** -places : 10 ** places
  const digits = power * value
  const fraction = digits - Math.trunc(digits)
  return (fraction >= up ? Math.ceil(digits) : Math.floor(digits)) / power
}

function steps (start: number, stop: number, step: number, { budget }: Context): List {
  if (step === 0 || (stop < start) !== (step < 0)) return new List(INT, [])
  const count = Math.max(0, Math.ceil((stop - start) / step))
  budget.items(count)
  return new List(INT, Array.from({ length: count }, (_, i) => int(start + i * step)))
}

function sequence (params: readonly number[], context: Context): string {
  const [start, step, stop] = params.length === 1
    ? [1, undefined, params[0]!]
    : params.length === 2
      ? [params[0]!, undefined, params[1]!]
      : params
  if (params.length === 0 || params.length > 3) return ''
  const direction = stop! < start! ? -1 : 1
  if (params.length === 3 && direction < 0 && step! > 0) return ''
  const { items } = steps(start!, stop! + direction, step ?? direction, context)
  return formatValue(new List(INT, items), context.budget).slice(1, -1)
}
