import { escapeJson } from '@floodgate/go/json'
import { rejoin } from '@floodgate/go/text'
import { CallError } from '../errors.ts'
import { sortedKeys } from '../texts/printer.ts'
import { Complex, Dict, Int, List, type Value } from '../evaluate/values.ts'
import type { Budget } from '../evaluate/budget.ts'

/** How a value is written as JSON. */
export interface EncodeOptions {
  /** Write `<`, `>` and `&` as escapes, as json.Marshal does. */
  readonly escapeHtml: boolean
  /** Spaces per level; 0 for one line. */
  readonly indent: number
}

const LONE_SURROGATE = /\p{Surrogate}/u

/**
 * Writes a value like encoding/json: keys sorted, numbers in their shortest form.
 *
 * @throws {CallError} for what JSON cannot say: NaN, infinity, complex numbers
 */
export function encodeJson (value: Value, options: EncodeOptions, budget: Budget): string {
  const encoder = new Encoder(options, budget)
  encoder.write(value, 0)
  return encoder.text
}

class Encoder {
  text = ''
  readonly #options: EncodeOptions
  readonly #budget: Budget

  constructor (options: EncodeOptions, budget: Budget) {
    this.#options = options
    this.#budget = budget
  }

  write (value: Value, depth: number): void {
    this.#budget.step()
    this.#budget.text(this.text.length)
    if (value === null || typeof value === 'boolean') this.text += value
    else if (typeof value === 'string') this.text += this.#quote(value)
    else if (typeof value === 'number') this.text += formatNumber(value)
    else if (value instanceof Int) this.text += value.value
    else if (value instanceof List) this.#writeList(value, depth)
    else if (value instanceof Dict) this.#writeDict(value, depth)
    else if (value instanceof Complex) throw new CallError('json: unsupported type: complex128')
    else this.text += value.toJson()
  }

  #writeList (list: List, depth: number): void {
    if (list.isNil) {
      this.text += 'null'
      return
    }
    this.text += '['
    list.items.forEach((item, i) => {
      this.#separate(i, depth + 1)
      this.write(item, depth + 1)
    })
    this.#close(']', list.items.length, depth)
  }

  #writeDict (dict: Dict, depth: number): void {
    if (dict.isNil) {
      this.text += 'null'
      return
    }
    this.text += '{'
    sortedKeys(dict).forEach((key, i) => {
      this.#separate(i, depth + 1)
      this.text += this.#quote(key) + (this.#options.indent > 0 ? ': ' : ':')
      this.write(dict.entries.get(key)!, depth + 1)
    })
    this.#close('}', dict.entries.size, depth)
  }

  #separate (index: number, depth: number): void {
    if (index > 0) this.text += ','
    if (this.#options.indent > 0) this.text += '\n' + ' '.repeat(this.#options.indent * depth)
  }

  #close (bracket: string, count: number, depth: number): void {
    if (count > 0 && this.#options.indent > 0) this.text += '\n' + ' '.repeat(this.#options.indent * depth)
    this.text += bracket
  }

  #quote (text: string): string {
    // A byte that is not UTF-8 is written as an escape.
    const pieces = rejoin(text).split(LONE_SURROGATE).map((piece) => JSON.stringify(piece).slice(1, -1))
    return escapeJson(`"${pieces.join('\\ufffd')}"`, this.#options.escapeHtml)
  }
}

/** Numbers as JavaScript writes them, but for the sign of minus zero: both follow ES6. */
function formatNumber (value: number): string {
  if (!Number.isFinite(value)) {
    throw new CallError(`json: unsupported value: ${Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'}`)
  }
  return Object.is(value, -0) ? '-0' : String(value)
}
