import { HeadReader } from './head-reader.ts'
import { parseFields } from './parse-head.ts'
import { WireError } from './wire-error.ts'

/** Bytes of trailers. */
const maxTrailers = 64 * 1024
/**
 * What sizes and extensions may have more than the data that they come with; one chunk line can have no more either. Go's
 * own rule, with four times its bytes (net/http/internal/chunked.go, `excess`).
 */
const maxExcess = 64 * 1024
// net/http/internal/chunked.go, `parseHexUint`.
const maxDigits = 16

const cr = 13
const lf = 10

type State = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7
const size: State = 0
/** Blanks behind a size: only more of them, or the line's end, may follow. */
const padding: State = 1
const extension: State = 2
const sizeEnd: State = 3
const data: State = 4
const dataReturn: State = 5
const dataEnd: State = 6
const trailers: State = 7

/** The value of a hexadecimal digit; 255 = it is none. */
const digits = new Uint8Array(256).fill(255)
for (let i = 0; i < 16; i++) {
  digits[i.toString(16).charCodeAt(0)] = i
  digits[i.toString(16).toUpperCase().charCodeAt(0)] = i
}

/**
 * Reads a body in chunks (RFC 9112, 7.1) as Go does: sizes may have blanks behind them and extensions, lines end in CR LF
 * and nothing else. The data of all chunks of a read is moved together, so that it is one piece.
 */
export class ChunkReader {
  /** Where the data is that the last read had. */
  start = 0
  end = 0
  /** The last chunk and the trailers have come. */
  isDone = false
  /** Nothing was unusual. */
  isStrict = true
  /** Names and values behind the last chunk. */
  trailers: string[] = []
  #state: State = size
  #size = 0
  #digits = 0
  #lineLength = 0
  #excess = 0
  /** Data of this chunk that is still to come. */
  #left = 0
  #trailerReader: HeadReader | null = null

  /** Bytes of the chunk that is being read which are still to come. */
  get missing (): number { return this.#state === data ? this.#left : 0 }

  /**
   * Reads on; the bytes are changed.
   *
   * @returns where the body ends; `to` = there, or later
   * @throws {WireError}
   */
  read (bytes: Buffer, from: number, to: number): number {
    let i = from
    let write = -1
    let begin = from
    while (i < to) {
      if (this.#state === data) {
        const length = Math.min(this.#left, to - i)
        if (write < 0) {
          begin = i
          write = i + length
        } else {
          bytes.copyWithin(write, i, i + length)
          write += length
        }
        i += length
        this.#left -= length
        if (this.#left === 0) this.#state = dataReturn
        continue
      }
      if (this.#state === trailers) {
        i = this.#readTrailers(bytes, i, to)
        break
      }
      this.#step(bytes[i++]!)
    }
    this.start = begin
    this.end = write < 0 ? begin : write
    return i
  }

  #step (byte: number): void {
    switch (this.#state) {
      case size: {
        const digit = digits[byte]!
        this.#lineLength++
        if (digit !== 255) {
          if (++this.#digits > maxDigits) throw new WireError('malformed', 'the size of a chunk has too many digits')
          this.#size = this.#size * 16 + digit
        } else if (this.#digits === 0) throw new WireError('malformed', 'a chunk has no size')
        else if (byte === cr) this.#state = sizeEnd
        else if (byte === 59 /* ; */) this.#state = extension
        else if (byte === 32 || byte === 9) {
          this.isStrict = false
          this.#state = padding
        } else throw new WireError('malformed', 'the size of a chunk is not a number')
        break
      }
      case padding:
        this.#lineLength++
        if (byte === cr) this.#state = sizeEnd
        else if (byte !== 32 && byte !== 9) throw new WireError('malformed', 'the size of a chunk is not a number')
        else if (this.#lineLength > maxExcess) throw tooMuch()
        break
      case extension:
        this.#lineLength++
        if (byte === cr) this.#state = sizeEnd
        // RFC 9112, 2.2, lets a bare LF end lines of a head; here it would be a second reading of where the data begins.
        else if (byte === lf) throw new WireError('malformed', 'the line of a chunk ends in LF without CR')
        else if (this.#lineLength > maxExcess) throw tooMuch()
        break
      case sizeEnd:
        if (byte !== lf) throw new WireError('malformed', 'the line of a chunk contains a CR that does not end it')
        this.#excess = Math.max(this.#excess + this.#lineLength + 1 - 16 - 2 * this.#size, 0)
        if (this.#excess > maxExcess) throw tooMuch()
        this.#left = this.#size
        this.#state = this.#size === 0 ? trailers : data
        this.#size = this.#digits = this.#lineLength = 0
        break
      case dataReturn:
        if (byte !== cr) throw new WireError('malformed', 'a chunk is longer than its size')
        this.#state = dataEnd
        break
      case dataEnd:
        if (byte !== lf) throw new WireError('malformed', 'a chunk is longer than its size')
        this.#state = size
        break
    }
  }

  #readTrailers (bytes: Buffer, from: number, to: number): number {
    const reader = this.#trailerReader ??= new HeadReader(maxTrailers)
    const end = reader.read(bytes, from, to)
    if (end < 0) return to
    if (!reader.isStrict) this.isStrict = false
    if (reader.length > 2) {
      const { fields, isStrict } = parseFields(reader.text, 0, reader.isStrict)
      this.trailers = fields
      if (!isStrict) this.isStrict = false
    }
    this.isDone = true
    return end
  }
}

function tooMuch (): WireError {
  return new WireError('too large', `the lines of its chunks have more than ${maxExcess} bytes in addition to the data`)
}
