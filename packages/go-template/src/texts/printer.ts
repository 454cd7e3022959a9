import { binaryFloat, canBackquote, compareText, encode, formatFloat, hexFloat, isPrintable, quote, quoteRune, runeCount, runeOf, withPoint } from '@floodgate/go'
import { plainFlags, type Flags } from './printf-verb.ts'
import { Complex, Dict, Int, List, Opaque, printed, typeName, typeOf, type Value } from '../evaluate/values.ts'
import type { Budget } from '../evaluate/budget.ts'

const BASES: Record<string, number> = { b: 2, o: 8, O: 8, d: 10, v: 10, x: 16, X: 16 }
/** Verbs for which a String method answers. */
const TEXT_VERBS = 'vsxXq'

/** Prints values as the fmt package does, verb by verb. */
export class Printer {
  text = ''
  #flags: Flags = plainFlags()
  /** Inside `%!d(string=…)`: String methods are not asked. */
  #inBadVerb = false
  readonly #budget: Budget

  constructor (budget: Budget) {
    this.#budget = budget
  }

  write (text: string): void {
    this.text += text
    this.#budget.text(this.text.length)
  }

  /** Prints an argument of a format. */
  printArgument (value: Value, verb: string, flags: Flags = plainFlags()): void {
    this.#flags = flags
    if (value === null) {
      if (verb === 'v' || verb === 'T') this.#pad('<nil>')
      else this.#badVerb(value, verb)
    } else if (verb === 'T') {
      this.#writeString(typeName(value))
    } else {
      this.#print(value, verb)
    }
  }

  #print (value: NonNullable<Value>, verb: string): void {
    this.#budget.step()
    const own = this.#inBadVerb || this.#flags.sharpV || !TEXT_VERBS.includes(verb) ? null : printed(value)
    if (own !== null) this.#printString(own, own, verb)
    else if (typeof value === 'string') this.#printString(value, value, verb)
    else if (typeof value === 'boolean') this.#printBool(value, verb)
    else if (typeof value === 'number') this.#printFloat(value, value, verb)
    else if (value instanceof Int) this.#printInt(value, verb)
    else if (value instanceof Complex) this.#printComplex(value, verb)
    else if (value instanceof List) this.#printList(value, verb)
    else if (value instanceof Dict) this.#printDict(value, verb)
    else if (verb === 'v') this.#printString(value, value.print(), verb)
    else this.#badVerb(value, verb)
  }

  #printString (value: Value, text: string, verb: string): void {
    const { precision, sharp, sharpV, plus } = this.#flags
    if (verb === 's' || (verb === 'v' && !sharpV)) return this.#writeString(text)
    if (verb === 'x' || verb === 'X') return this.#writeHex(text, verb)
    if (verb !== 'q' && verb !== 'v') return this.#badVerb(value, verb)
    const shown = precision === null ? text : [...text].slice(0, precision).join('')
    this.#pad((sharp || sharpV) && canBackquote(shown) && verb === 'q' ? '`' + shown + '`' : quote(shown, plus))
  }

  #printBool (value: boolean, verb: string): void {
    if (verb === 't' || verb === 'v') this.#pad(String(value))
    else this.#badVerb(value, verb)
  }

  #printInt (int: Int, verb: string): void {
    const unsigned = int.type.kind.startsWith('uint')
    if (verb === 'v' && this.#flags.sharpV && unsigned) return this.#writeInteger(int.value, 'x', true)
    if (verb in BASES) return this.#writeInteger(int.value, verb, this.#flags.sharp)
    switch (verb) {
      case 'c': return this.#pad(runeOf(int.value))
      case 'q': return this.#pad(quoteRune(int.value, this.#flags.plus))
      case 'U': return this.#writeUnicode(BigInt.asUintN(64, int.value))
    }
    this.#badVerb(int, verb)
  }

  #writeInteger (value: bigint, verb: string, sharp: boolean): void {
    const { precision, width, zero, minus, plus, space } = this.#flags
    const base = BASES[verb]!
    const negative = value < 0n
    let least = 0
    if (precision !== null) {
      least = precision
      if (precision === 0 && value === 0n) return this.#pad('', false)
    } else if (zero && !minus && width !== null) {
      least = negative || plus || space ? width - 1 : width
    }
    let digits = (negative ? -value : value).toString(base).padStart(least, '0')
    if (verb === 'X') digits = digits.toUpperCase()
    if (sharp && base === 2) digits = '0b' + digits
    if (sharp && base === 8 && !digits.startsWith('0')) digits = '0' + digits
    if (sharp && base === 16) digits = (verb === 'X' ? '0X' : '0x') + digits
    if (verb === 'O') digits = '0o' + digits
    this.#pad((negative ? '-' : plus ? '+' : space ? ' ' : '') + digits, false)
  }

  #writeUnicode (code: bigint): void {
    const { precision, sharp } = this.#flags
    const digits = code.toString(16).toUpperCase().padStart(Math.max(4, precision ?? 0), '0')
    const picture = code <= 0x10ffffn ? String.fromCodePoint(Number(code)) : ''
    this.#pad(sharp && picture !== '' && isPrintable(picture) ? `U+${digits} '${picture}'` : `U+${digits}`, false)
  }

  #printFloat (value: Value, float: number, verb: string): void {
    const { precision } = this.#flags
    switch (verb) {
      case 'v': return this.#writeFloat(float, 'g', precision ?? -1)
      case 'g': case 'G': return this.#writeFloat(float, verb, precision ?? -1)
      case 'f': case 'F': return this.#writeFloat(float, 'f', precision ?? 6)
      case 'e': case 'E': return this.#writeFloat(float, verb, precision ?? 6)
      case 'b': return this.#padNumber(binaryFloat(float))
      case 'x': case 'X': return this.#padNumber(hexFloat(float, precision ?? -1, verb === 'X', this.#flags.sharp))
    }
    this.#badVerb(value, verb)
  }

  #writeFloat (float: number, verb: string, precision: number): void {
    let text = formatFloat(float, verb.toLowerCase() as 'e' | 'f' | 'g', precision)
    if (verb === 'G' || verb === 'E') text = text.replace('e', 'E')
    const { sharp } = this.#flags
    if (sharp && Number.isFinite(float)) text = withPoint(text, verb, precision)
    this.#padNumber(text)
  }

  /** Pads a number with its sign before the zeros. */
  #padNumber (text: string): void {
    const { plus, space, zero, minus, width } = this.#flags
    const isNaN = text === 'NaN'
    const negative = text.startsWith('-')
    const body = negative || text.startsWith('+') ? text.slice(1) : text
    const sign = negative ? '-' : plus ? '+' : space ? ' ' : text === '+Inf' ? '+' : ''
    if (isNaN || body === 'Inf') return this.#pad((isNaN && !plus && !space ? '' : sign) + body, false)
    if (zero && !minus && width !== null) this.write(sign + body.padStart(width - sign.length, '0'))
    else this.#pad(sign + body)
  }

  #printComplex (value: Complex, verb: string): void {
    if (!'vbgGxXfFeE'.includes(verb)) return this.#badVerb(value, verb)
    this.write('(')
    this.#printFloat(value, value.re, verb)
    const { plus } = this.#flags
    this.#flags.plus = true
    this.#printFloat(value, value.im, verb)
    this.#flags.plus = plus
    this.write('i)')
  }

  #printList (list: List, verb: string): void {
    const { sharpV } = this.#flags
    if (verb === 'p') return this.#badVerb(list, verb)
    if (sharpV) this.write(list.type.name)
    if (sharpV && list.isNil) return this.write('(nil)')
    this.write(sharpV ? '{' : '[')
    list.items.forEach((item, i) => {
      if (i > 0) this.write(sharpV ? ', ' : ' ')
      this.#printItem(item, verb)
    })
    this.write(sharpV ? '}' : ']')
  }

  #printDict (dict: Dict, verb: string): void {
    const { sharpV } = this.#flags
    if (verb === 'p') return this.#badVerb(dict, verb)
    this.write(sharpV ? dict.type.name : 'map')
    if (sharpV && dict.isNil) return this.write('(nil)')
    this.write(sharpV ? '{' : '[')
    sortedKeys(dict).forEach((key, i) => {
      if (i > 0) this.write(sharpV ? ', ' : ' ')
      this.#print(key, verb)
      this.write(':')
      this.#printItem(dict.entries.get(key)!, verb)
    })
    this.write(sharpV ? '}' : ']')
  }

  #printItem (item: Value, verb: string): void {
    if (item !== null) this.#print(item, verb)
    else this.write(this.#flags.sharpV ? 'interface {}(nil)' : '<nil>')
  }

  #badVerb (value: Value, verb: string): void {
    this.#inBadVerb = true
    this.write(`%!${verb}(`)
    if (value === null) {
      this.write('<nil>')
    } else {
      this.write(`${typeOf(value).name}=`)
      if (value instanceof Opaque) this.write(value.print())
      else this.#print(value, 'v')
    }
    this.write(')')
    this.#inBadVerb = false
  }

  #writeString (text: string): void {
    const { precision } = this.#flags
    this.#pad(precision === null ? text : [...text].slice(0, precision).join(''))
  }

  #writeHex (text: string, verb: string): void {
    const { precision, space, sharp } = this.#flags
    const bytes = precision === null ? encode(text) : encode(text).subarray(0, precision)
    const prefix = sharp ? (verb === 'X' ? '0X' : '0x') : ''
    const pairs = [...bytes].map((byte) => {
      const pair = byte.toString(16).padStart(2, '0')
      return verb === 'X' ? pair.toUpperCase() : pair
    })
    this.#pad(space ? pairs.map((pair) => prefix + pair).join(' ') : pairs.length > 0 ? prefix + pairs.join('') : '')
  }

  /** Fills up to the width, with zeros on the left when the flag asks for them and `zeros` allows them. */
  #pad (text: string, zeros = true): void {
    const { width, minus, zero } = this.#flags
    const missing = width === null ? 0 : width - runeCount(text)
    if (missing <= 0) return this.write(text)
    this.#budget.allocate(missing)
    if (minus) this.write(text + ' '.repeat(missing))
    else this.write((zero && zeros ? '0' : ' ').repeat(missing) + text)
  }
}

/** Returns the keys of a map in the order Go's fmt and range visit them. */
export function sortedKeys (dict: Dict): string[] {
  return [...dict.entries.keys()].sort(compareText)
}
