import { plainFlags, type Flags } from '@floodgate/go/format'
import { Int, type Value } from '../evaluate/values.ts'

/** A verb of a format string, from after its `%`. */
export interface Verb {
  /** Empty when the format ends before it. */
  name: string
  flags: Flags
  /** The argument it formats. */
  arg: number
  /** Where the format goes on. */
  end: number
  /** It names an argument by number. */
  reordered: boolean
  goodIndex: boolean
  /** Marks of a width or precision argument that does not fit. */
  problems: string
}

/** Widths and precisions beyond this are not believed. */
const LARGEST = 1_000_000

/** Reads flags, width, precision and argument numbers of a verb. */
export function parseVerb (format: string, start: number, args: readonly Value[], arg: number): Verb {
  const verb: Verb = { name: '', flags: plainFlags(), arg, end: start, reordered: false, goodIndex: true, problems: '' }
  readFlags(format, verb)
  let afterIndex = readIndex(format, verb, args)
  if (format[verb.end] === '*') {
    verb.end++
    readWidthArgument(verb, args)
    afterIndex = false
  } else {
    verb.flags.width = readNumber(format, verb)
    if (afterIndex && verb.flags.width !== null) verb.goodIndex = false
  }
  if (format[verb.end] === '.' && verb.end + 1 < format.length) {
    verb.end++
    if (afterIndex) verb.goodIndex = false
    afterIndex = readIndex(format, verb, args)
    if (format[verb.end] === '*') {
      verb.end++
      readPrecisionArgument(verb, args)
      afterIndex = false
    } else {
      verb.flags.precision = readNumber(format, verb) ?? 0
    }
  }
  if (!afterIndex) readIndex(format, verb, args)
  const code = format.codePointAt(verb.end)
  if (code === undefined) return verb
  verb.name = String.fromCodePoint(code)
  verb.end += verb.name.length
  if (verb.name === 'v') {
    verb.flags.sharpV = verb.flags.sharp
    verb.flags.plusV = verb.flags.plus
    verb.flags.sharp = verb.flags.plus = false
  }
  return verb
}

function readFlags (format: string, verb: Verb): void {
  for (;; verb.end++) {
    switch (format[verb.end]) {
      case '#': verb.flags.sharp = true; break
      case '0': verb.flags.zero = true; break
      case '+': verb.flags.plus = true; break
      case '-': verb.flags.minus = true; break
      case ' ': verb.flags.space = true; break
      default: return
    }
  }
}

/** Reads `[n]`; tells whether there was one in good form. */
function readIndex (format: string, verb: Verb, args: readonly Value[]): boolean {
  if (format[verb.end] !== '[') return false
  verb.reordered = true
  const close = format.indexOf(']', verb.end + 1)
  const digits = close === -1 ? '' : format.slice(verb.end + 1, close)
  const isNumber = /^\d{1,8}$/.test(digits)
  const index = Number(digits) - 1
  verb.end = close === -1 ? verb.end + 1 : close + 1
  if (isNumber && index >= 0 && index < args.length) verb.arg = index
  else verb.goodIndex = false
  return isNumber
}

function readNumber (format: string, verb: Verb): number | null {
  const start = verb.end
  while (format[verb.end]! >= '0' && format[verb.end]! <= '9') verb.end++
  if (verb.end === start) return null
  const number = Number(format.slice(start, verb.end))
  if (number <= LARGEST * 10 + 9) return number
  verb.end = format.length
  return null
}

function readWidthArgument (verb: Verb, args: readonly Value[]): void {
  const width = integerArgument(verb, args)
  if (width === null) verb.problems += '%!(BADWIDTH)'
  verb.flags.width = width
  if (width !== null && width < 0) {
    verb.flags.width = -width
    verb.flags.minus = true
    verb.flags.zero = false
  }
}

function readPrecisionArgument (verb: Verb, args: readonly Value[]): void {
  const precision = integerArgument(verb, args)
  verb.flags.precision = precision !== null && precision >= 0 ? precision : null
  if (verb.flags.precision === null) verb.problems += '%!(BADPREC)'
}

function integerArgument (verb: Verb, args: readonly Value[]): number | null {
  if (verb.arg >= args.length) return null
  const value = args[verb.arg++]
  if (!(value instanceof Int)) return null
  const number = Number(value.value)
  return Math.abs(number) > LARGEST ? null : number
}
