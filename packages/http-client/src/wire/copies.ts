import { ownerOf, type Owned, type OwnedMemory } from './owned-memory.ts'

/**
 * Memory for bodies of a middle size, which are copied out of the buffer that all connections read into: an allocation
 * for each would cost more than the copy, and its garbage as much again. A consumer that gives nothing back gets
 * memory of its own as soon as {@link maxCopies} are out.
 */

/** Up to here Node's own pool does it. */
const maxPooled = 4096
const sizes = [16 * 1024, 64 * 1024] as const
/** Pieces of each size that exist, in use or not: 4 MB each. */
const maxCopies = [256, 64] as const

/** A piece of memory that holds one copy at a time. */
class Copy implements Owned {
  readonly #memory: Buffer
  readonly #free: Copy[]
  /** What was handed out last, and whether it is out. */
  #part: Buffer | null = null
  #isOut = false

  constructor (size: number, free: Copy[]) {
    this.#memory = Buffer.allocUnsafeSlow(size)
    this.#free = free
    ;(this.#memory.buffer as OwnedMemory)[ownerOf] = this
  }

  take (bytes: Buffer, from: number, to: number): Buffer {
    const length = to - from
    if (this.#part === null || this.#part.length !== length) this.#part = this.#memory.subarray(0, length)
    this.#isOut = true
    bytes.copy(this.#memory, 0, from, to)
    return this.#part
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
