import { ownerOf, type Owned, type OwnedMemory } from './owned-memory.ts'

/**
 * Memory for bodies of a middle size, which are copied out of the buffer that all connections read into: an allocation
 * for each would cost more than the copy, and its garbage as much again. A consumer that does not return memory gets
 * newly allocated memory as soon as {@link maxCopies} are in use.
 */

/** Up to here Node's own pool does it. */
const maxPooled = 4096
const sizes = [16 * 1024, 64 * 1024] as const
/** Pieces of each size that exist, in use or not: about 4 MB each. */
const maxCopies = [256, 64] as const
/** Room before each copy, for what its reader may write before it. */
const front = 1024

/** A piece of memory that holds one copy at a time. */
class Copy implements Owned {
  readonly #memory: Buffer
  readonly #free: Copy[]
  /** What was handed out last, and whether it is out. */
  #part: Buffer | null = null
  #isOut = false

  constructor (size: number, free: Copy[]) {
    this.#memory = Buffer.allocUnsafeSlow(front + size)
    this.#free = free
    ;(this.#memory.buffer as OwnedMemory)[ownerOf] = this
  }

  take (bytes: Buffer, from: number, to: number): Buffer {
    const length = to - from
    if (this.#part === null || this.#part.length !== length) this.#part = this.#memory.subarray(front, front + length)
    this.#isOut = true
    bytes.copy(this.#memory, front, from, to)
    return this.#part
  }

  /** One piece of a text of single bytes and the part that is out; null where that is not the part, or there is no room. */
  prepend (text: string, part: Buffer): Buffer | null {
    if (!this.#isOut || part !== this.#part || text.length > front) return null
    const from = front - text.length
    this.#memory.write(text, from, 'latin1')
    return this.#memory.subarray(from, front + part.length)
  }

  giveBack (part: Buffer): void {
    if (!this.#isOut || part !== this.#part) return
    this.#isOut = false
    this.#free.push(this)
  }
}

const free: readonly [Copy[], Copy[]] = [[], []]
const existing: [number, number] = [0, 0]
/** Counts those that never came back. */
const collected = new FinalizationRegistry<0 | 1>((index) => { existing[index]-- })

/** Copies a part of what was read into memory that its reader may keep, or give back. */
export function copy (bytes: Buffer, from: number, to: number): Buffer {
  const length = to - from
  if (length <= maxPooled) return copyInto(Buffer.allocUnsafe(length), bytes, from, to)
  const index = length <= sizes[0] ? 0 : 1
  if (length <= sizes[index]) {
    const known = free[index].pop()
    if (known !== undefined) return known.take(bytes, from, to)
    if (existing[index] < maxCopies[index]) {
      existing[index]++
      const made = new Copy(sizes[index], free[index])
      collected.register(made, index)
      return made.take(bytes, from, to)
    }
  }
  return copyInto(Buffer.allocUnsafeSlow(length), bytes, from, to)
}

function copyInto (own: Buffer, bytes: Buffer, from: number, to: number): Buffer {
  bytes.copy(own, 0, from, to)
  return own
}

/**
 * Writes a text of single bytes before a body chunk, where there is room for it, so that both are one write. Only if
 * the chunk is not used elsewhere, and before it is recycled.
 *
 * @returns both as one piece; null = there is no room
 */
export function prepend (text: string, chunk: Buffer): Buffer | null {
  const owner = (chunk.buffer as OwnedMemory)[ownerOf]
  return owner instanceof Copy ? owner.prepend(text, chunk) : null
}
