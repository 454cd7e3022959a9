import { ownerOf, type Owned, type OwnedMemory } from './owned-memory.ts'

/**
 * Memory that reads of large bodies go into. A block holds several reads one behind the other; each is handed out as a
 * part, and the block is used again when all its parts have come back. Parts that never come back are garbage with
 * their block.
 */

const largeSize = 512 * 1024
const smallSize = 64 * 1024
/** What must be missing of a body for a large block to pay. */
const worthLarge = 256 * 1024
/** A smaller read is copied: it would keep a whole block for a few bytes. */
export const worthABlock = 16 * 1024
/** Room below which the next read goes into another block. */
const minRoom = 16 * 1024
// 32 MB and 4 MB are kept at most.
const maxFreeLarge = 64
const maxFreeSmall = 64
/**
 * Large blocks that exist, in use or not: beyond it reads are smaller. Two for a body whose reader is slow: one is
 * written, one waits for the next read.
 */
const maxLarge = 128

const freeLarge: Block[] = []
const freeSmall: Block[] = []
let largeBlocks = 0
/** Counts those whose parts never came back. */
const collected = new FinalizationRegistry<null>(() => { largeBlocks-- })

/** One piece of memory, owned by the connection that fills it until it is {@link seal | sealed}. */
export class Block implements Owned {
  readonly buffer: Buffer
  /** Bytes handed out, from the beginning. */
  used = 0
  /** Places of the parts that are in use: offset, length, offset, length… */
  readonly #parts: number[] = []
  #isSealed = false

  constructor (size: number) {
    this.buffer = Buffer.allocUnsafeSlow(size)
    ;(this.buffer.buffer as OwnedMemory)[ownerOf] = this
  }

  /** Where the next read goes. */
  get room (): Buffer { return this.used === 0 ? this.buffer : this.buffer.subarray(this.used) }

  /** Whether another read is worth its while. */
  get hasRoom (): boolean { return this.buffer.length - this.used >= minRoom }

  /** Hands out bytes that lie `from` behind what is used; whatever is read next goes behind `to`. */
  take (from: number, to: number): Buffer {
    const start = this.used + from
    const part = this.buffer.subarray(start, this.used + to)
    this.#parts.push(start, part.length)
    this.used += to
    return part
  }

  /** No more reads go into it. */
  seal (): void {
    if (this.#isSealed) return
    this.#isSealed = true
    if (this.#parts.length === 0) this.#free()
  }

  /** Takes a part back; one that is not out, or only a piece of one, is none. */
  giveBack (part: Buffer): void {
    const parts = this.#parts
    for (let i = 0; i < parts.length; i += 2) {
      if (parts[i] !== part.byteOffset || parts[i + 1] !== part.length) continue
      parts.splice(i, 2)
      if (this.#isSealed && parts.length === 0) this.#free()
      return
    }
  }

  /** Begins again. */
  reset (): this {
    this.used = 0
    this.#isSealed = false
    return this
  }

  #free (): void {
    if (this.buffer.length === largeSize) {
      if (freeLarge.length < maxFreeLarge) freeLarge.push(this)
    } else if (freeSmall.length < maxFreeSmall) freeSmall.push(this)
  }
}

/**
 * Takes a block for a body of which this much is missing.
 *
 * @param missing bytes; Infinity = unknown
 */
export function takeBlock (missing: number): Block {
  if (missing >= worthLarge) {
    const free = freeLarge.pop()
    if (free !== undefined) return free.reset()
    if (largeBlocks < maxLarge) {
      largeBlocks++
      const block = new Block(largeSize)
      collected.register(block, null)
      return block
    }
  }
  return freeSmall.pop()?.reset() ?? new Block(smallSize)
}
