import { formatInteger, formatText, isIntegerVerb, padText, plainFlags, type Flags } from '@floodgate/go/format'
import { formatFloat } from '@floodgate/go/number'
import { fromBytes, numberText, textOf, toBytes } from '../machine/texts.ts'
import type { LuaValue, Machine } from '../machine/values.ts'

const VERB = /%([-+# 0]*)(\d*)(?:\.(\d*))?([a-zA-Z%])?/g

/** Widest field, and most digits. */
const maxWidth = 10_000

const FLOATS: Readonly<Record<string, 'e' | 'f' | 'g'>> = { e: 'e', E: 'e', f: 'f', F: 'f', g: 'g', G: 'g' }

/**
 * What `string.format` writes: the reference formats by Go's fmt, so `%5.2f` and `%d` are as in C, `%g` is the shortest
 * text, and a missing argument is `%!d(MISSING)`.
 */
export function formatValues (machine: Machine, layout: string, values: readonly LuaValue[]): string {
  machine.budget.directives(layout)
  let next = 0
  return layout.replace(VERB, (_all, marks: string, width: string, precision: string | undefined, verb: string | undefined) => {
    if (verb === undefined) return '%!(NOVERB)'
    if (verb === '%') return '%'
    if (next >= values.length) return `%!${verb}(MISSING)`
    const flags = readFlags(machine, marks, width, precision)
    const value = values[next++]
    if (typeof value === 'string' && verb !== 's') machine.budget.work(value.length * 16)
    const text = write(value, verb, flags)
    machine.budget.takeString(text.length)
    return text
  })
}

function readFlags (machine: Machine, marks: string, width: string, precision: string | undefined): Flags {
  const flags = plainFlags()
  flags.minus = marks.includes('-')
  flags.plus = marks.includes('+')
  flags.sharp = marks.includes('#')
  flags.space = marks.includes(' ')
  flags.zero = marks.includes('0')
  if (width !== '') flags.width = Number(width)
  if (precision !== undefined) flags.precision = Number(precision)
  if ((flags.width ?? 0) > maxWidth || (flags.precision ?? 0) > maxWidth) {
    throw machine.failure(`a width or precision of string.format is more than ${maxWidth}`)
  }
  return flags
}

function write (value: LuaValue, verb: string, flags: Flags): string {
  if (typeof value === 'number') return writeNumber(value, verb, flags)
  const isText = typeof value === 'string' && (verb === 'd' || verb === 'i')
  const shown = fromBytes(textOf(value))
  const text = formatText(shown, isText || verb === 't' ? 's' : verb, flags)
  return text === null ? toBytes(`%!${verb}(${goType(value)}=${shown})`) : toBytes(padText(text, flags))
}

function writeNumber (value: number, verb: string, flags: Flags): string {
  const float = FLOATS[verb]
  if (float !== undefined) {
    let text = formatFloat(value, float, flags.precision ?? (float === 'g' ? -1 : 6))
    if (verb === 'E' || verb === 'G') text = text.toUpperCase()
    if (!/^[-+]/.test(text)) text = (flags.plus ? '+' : flags.space ? ' ' : '') + text
    else if (text.startsWith('+') && !flags.plus) text = flags.space ? ` ${text.slice(1)}` : text
    // Zeros go behind the sign.
    if (flags.zero && !flags.minus && flags.width !== null && Number.isFinite(value) && /^[-+ ]/.test(text)) {
      return text[0]! + text.slice(1).padStart(flags.width - 1, '0')
    }
    return padText(text, flags, Number.isFinite(value))
  }
  if (verb === 'c') return toBytes(padText(codePoint(value), flags))
  const integer = verb === 'i' ? 'd' : verb
  if (isIntegerVerb(integer) && integer !== 'v') return padText(formatInteger(toInteger(value), integer, flags), flags, false)
  const text = formatText(numberText(value), verb, flags)
  return text === null ? `%!${verb}(float64=${numberText(value)})` : padText(text, flags)
}

function toInteger (value: number): bigint {
  return Number.isFinite(value) ? BigInt.asIntN(64, BigInt(Math.trunc(value))) : -(1n << 63n)
}

function codePoint (value: number): string {
  const code = Math.trunc(value)
  return code >= 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : '\ufffd'
}

function goType (value: LuaValue): string {
  return typeof value === 'string' ? 'string' : typeof value === 'boolean' ? 'bool' : typeof value
}
