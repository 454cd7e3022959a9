/** Encoded spans that are sent together. */
export interface SpanBatch {
  readonly bytes: Uint8Array
  readonly count: number
}

interface Chunk {
  bytes: Buffer
  length: number
  count: number
}

/** Spans that wait, and spans of one request: the SDKs' defaults. */
export const maxWaiting = 2048
export const maxBatch = 512
/** Most bytes that wait: clients decide how long paths and headers are. */
const maxBytes = 8 * 1024 * 1024
const firstSize = 65_536

/** Encoded spans that wait for a collector, within limits of their number and their bytes. */
export class SpanQueue {
  /** The last one is filled. */
  readonly #chunks: Chunk[] = []
  #isSending = false
  #count = 0
  #bytes = 0

  /** How many spans wait. */
  get count (): number {
    return this.#count
  }

  /** Copies a span; false = it did not fit. */
  add (span: Uint8Array): boolean {
    if (this.#count >= maxWaiting || this.#bytes + span.length > maxBytes) return false
    let chunk = this.#chunks.at(-1)
    if (chunk === undefined || chunk.count === maxBatch || (this.#isSending && this.#chunks.length === 1)) {
      chunk = { bytes: Buffer.allocUnsafeSlow(firstSize), length: 0, count: 0 }
      this.#chunks.push(chunk)
    }
    if (chunk.length + span.length > chunk.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(chunk.bytes.length * 2, chunk.length + span.length))
      chunk.bytes.copy(larger, 0, 0, chunk.length)
      chunk.bytes = larger
    }
    chunk.bytes.set(span, chunk.length)
    chunk.length += span.length
    chunk.count++
    this.#count++
    this.#bytes += span.length
    return true
  }

  /** The oldest spans, which stay until `remove`; null = none waits. */
  first (): SpanBatch | null {
    const chunk = this.#chunks[0]
    if (chunk === undefined) return null
    this.#isSending = true
    return { bytes: chunk.bytes.subarray(0, chunk.length), count: chunk.count }
  }

  /** Removes what `first` returned. */
  remove (): void {
    const chunk = this.#chunks.shift()!
    this.#isSending = false
    this.#count -= chunk.count
    this.#bytes -= chunk.length
  }
}
