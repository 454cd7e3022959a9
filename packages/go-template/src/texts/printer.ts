import { type Flags, formatInteger, formatText, isIntegerVerb, missingWidth, padText, plainFlags } from '@floodgate/go/format'
import { binaryFloat, formatFloat, hexFloat, withPoint } from '@floodgate/go/number'
import { isPrintable, quoteRune, runeOf } from '@floodgate/go/quote'
import { compareText } from '@floodgate/go/text'
import { Complex, Dict, Int, List, Opaque, printed, typeName, typeOf, type Value } from '../evaluate/values.ts'
import type { Budget } from '../evaluate/budget.ts'

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
      this.#printString(value, typeName(value), 's')
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
    const shown = formatText(text, verb, this.#flags)
    if (shown === null) this.#badVerb(value, verb)
    else this.#pad(shown)
  }

  #printBool (value: boolean, verb: string): void {
    if (verb === 't' || verb === 'v') this.#pad(String(value))
    else this.#badVerb(value, verb)
  }

  #printInt (int: Int, verb: string): void {
    const unsigned = int.type.kind.startsWith('uint')
    if (verb === 'v' && this.#flags.sharpV && unsigned) return this.#pad(formatInteger(int.value, 'x', this.#flags, true), false)
    if (isIntegerVerb(verb)) return this.#pad(formatInteger(int.value, verb, this.#flags), false)
    switch (verb) {
      case 'c': return this.#pad(runeOf(int.value))
      case 'q': return this.#pad(quoteRune(int.value, this.#flags.plus))
      case 'U': return this.#writeUnicode(BigInt.asUintN(64, int.value))
    }
    this.#badVerb(int, verb)
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

  /** Fills up to the width, with zeros on the left when the flag asks for them and `zeros` allows them. */
  #pad (text: string, zeros = true): void {
    const missing = missingWidth(text, this.#flags)
    if (missing > 0) this.#budget.allocate(missing)
    this.write(padText(text, this.#flags, zeros))
  }
}

/** Returns the keys of a map in the order Go's fmt and range visit them. */
export function sortedKeys (dict: Dict): string[] {
  return [...dict.entries.keys()].sort(compareText)
}
