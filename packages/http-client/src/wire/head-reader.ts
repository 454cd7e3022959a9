import { WireError } from './wire-error.ts'

/** Bytes of one head. Go allows 10 MB; undici's 16 KB are less than some sites send. */
export const maxHeadLength = 1024 * 1024

const lf = 10
const cr = 13
const tab = 9
const start = 'HTTP/'

/**
 * Finds the end of a head, or of trailers, in bytes that come in any pieces: each byte is looked at once. What it finds
 * is text of one byte per character, with its line breaks as they came.
 */
export class HeadReader {
  /** Every line ended in CR LF. */
  isStrict = true
  readonly #max: number
  /** Pieces that came before. */
  #pieces: string[] = []
  #length = 0
  /** Of the line that is being read: 0 = nothing came yet, 1 = a CR, 2 = more. */
  #line = 0
  #lastByte = 0
  #lines = 0
  #returns = 0
  #pairs = 0

  constructor (max: number) {
    this.#max = max
  }

  /** Bytes that have come. */
  get length (): number { return this.#length }

  /** Forgets what has come. */
  reset (): void {
    if (this.#pieces.length > 0) this.#pieces = []
    this.isStrict = true
    this.#length = this.#line = this.#lastByte = this.#lines = this.#returns = this.#pairs = 0
  }

  /**
   * Reads on.
   *
   * @returns where the head ends: behind its empty line; -1 = it goes on. Then {@link HeadReader.text} has it.
   * @throws {WireError} when it is too long, or holds a control character
   */
  read (bytes: Buffer, from: number, to: number): number {
    let line = this.#line
    let last = this.#lastByte
    let end = -1
    for (let i = from; i < to; i++) {
      const byte = bytes[i]!
      if (byte > 31 && byte !== 127) {
        line = 2
        last = byte
        continue
      }
      if (byte === lf) {
        this.#lines++
        if (last === cr) this.#pairs++
        if (line < 2) {
          end = i + 1
          break
        }
        line = 0
      } else if (byte === cr) {
        this.#returns++
        line = line === 0 ? 1 : 2
      } else if (byte === tab) {
        line = 2
      } else {
        throw new WireError('malformed', 'its head contains a control character')
      }
      last = byte
    }
    this.#line = line
    this.#lastByte = last
    const stop = end < 0 ? to : end
    this.#length += stop - from
    if (this.#length > this.#max) throw new WireError('too large', `its head has more than ${this.#max} bytes`)
    if (end >= 0) {
      if (this.#returns !== this.#pairs) throw new WireError('malformed', 'its head contains a CR that does not end a line')
      this.isStrict = this.#pairs === this.#lines
    }
    this.#pieces.push(bytes.toString('latin1', from, stop))
    return end
  }

  /** Returns whether what has come is how a status line begins; asked as long as less than five bytes have come. */
  get beginsLikeHttp (): boolean {
    const begin = this.#pieces.length === 1 ? this.#pieces[0]! : this.#pieces.slice(0, start.length).join('')
    return begin.startsWith(start.slice(0, begin.length))
  }

  /** All that came, when the end was found. */
  get text (): string {
    return this.#pieces.length === 1 ? this.#pieces[0]! : this.#pieces.join('')
  }
}
