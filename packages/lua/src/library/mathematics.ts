import { modulo } from '../machine/operations.ts'
import type { LuaTable } from '../machine/values.ts'
import { libraryOf, native, type Arguments } from './arguments.ts'

const simple = ['abs', 'acos', 'asin', 'atan', 'ceil', 'cos', 'cosh', 'exp', 'floor', 'log', 'log10', 'sin', 'sinh', 'sqrt', 'tan', 'tanh'] as const

/** The library `math`. */
export function createMathLibrary (): LuaTable {
  return libraryOf([
    ...simple.map((name) => native(name, (args) => Math[name](args.number(1)))),
    native('atan2', (args) => Math.atan2(args.number(1), args.number(2))),
    native('deg', (args) => args.number(1) * 180 / Math.PI),
    native('rad', (args) => args.number(1) * Math.PI / 180),
    native('fmod', (args) => args.number(1) % args.number(2)),
    native('mod', (args) => modulo(args.number(1), args.number(2))),
    native('modf', (args) => {
      const value = args.number(1)
      const whole = Math.trunc(value)
      return [whole, Number.isFinite(value) ? value - whole : Number.NaN]
    }),
    native('pow', (args) => args.number(1) ** args.number(2)),
    native('frexp', (args) => frexp(args.number(1))),
    native('ldexp', (args) => args.number(1) * 2 ** args.integer(2)),
    native('max', (args) => extreme(args, (value, most) => value > most)),
    native('min', (args) => extreme(args, (value, least) => value < least)),
    native('random', random),
    // The generator cannot be seeded: numbers of one request do not tell those of others.
    native('randomseed', () => [])
  ], { pi: Math.PI, huge: Number.MAX_VALUE })
}

function extreme (args: Arguments, isMore: (value: number, than: number) => boolean): number {
  if (args.count === 0) throw args.machine.failure('wrong number of arguments')
  let found = args.number(1)
  for (let i = 2; i <= args.count; i++) {
    const value = args.number(i)
    if (isMore(value, found)) found = value
  }
  return found
}

function random (args: Arguments): number {
  if (args.count === 0) return Math.random()
  const [least, most] = args.count === 1 ? [1, args.integer(1)] : [args.integer(1), args.integer(2)]
  if (most < least) throw args.wrong(args.count, 'interval is empty')
  return least + Math.floor(Math.random() * (most - least + 1))
}

/** Mantissa from 0.5 to 1, and exponent. */
function frexp (value: number): [mantissa: number, exponent: number] {
  if (value === 0 || !Number.isFinite(value)) return [value, 0]
  let exponent = Math.max(-1023, Math.floor(Math.log2(Math.abs(value))) + 1)
  let mantissa = value * 2 ** -exponent
  while (Math.abs(mantissa) < 0.5) { mantissa *= 2; exponent-- }
  while (Math.abs(mantissa) >= 1) { mantissa /= 2; exponent++ }
  return [mantissa, exponent]
}
