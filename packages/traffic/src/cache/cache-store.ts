import type { AnswerStore } from './answer-store.ts'
import type { KeptAnswer } from './kept-answer.ts'

export interface CacheStoreOptions {
  /** Largest number of responses. */
  readonly maxItems: number
  /** Largest size in bytes, including an estimate for headers. */
  readonly maxSize: number
  /** Largest body that is cached, in bytes. */
  readonly maxBody: number
}

/** Estimated memory of a response in addition to its body and header strings. */
const OVERHEAD = 512

/** Caches responses in memory; the least recently used one is evicted first. */
export class CacheStore implements AnswerStore {
  readonly maxBody: number
  readonly #maxItems: number
  readonly #maxSize: number
  readonly #items = new Map<string, { answer: KeptAnswer, size: number }>()
  #size = 0

  constructor ({ maxItems, maxSize, maxBody }: CacheStoreOptions) {
    this.maxBody = Math.min(maxBody, maxSize)
    this.#maxItems = maxItems
    this.#maxSize = maxSize
  }

  /** Number of responses. */
  get items (): number { return this.#items.size }

  /** Bytes in use, as counted. */
  get size (): number { return this.#size }

  get (key: string): KeptAnswer | null {
    const item = this.#items.get(key)
    if (item === undefined) return null
    this.#items.delete(key)
    this.#items.set(key, item)
    return item.answer
  }

  set (key: string, answer: KeptAnswer): void {
    this.delete(key)
    const size = sizeOf(key, answer)
    if (size > this.#maxSize) return
    this.#items.set(key, { answer, size })
    this.#size += size
    for (const oldest of this.#items.keys()) {
      if (this.#size <= this.#maxSize && this.#items.size <= this.#maxItems) break
      this.delete(oldest)
    }
  }

  delete (key: string): void {
    const item = this.#items.get(key)
    if (item === undefined) return
    this.#items.delete(key)
    this.#size -= item.size
  }
}

/** Bytes that a response takes, as they are counted. */
export function sizeOf (key: string, { headers, body, varied }: KeptAnswer): number {
  let size = OVERHEAD + key.length + (body?.length ?? 0)
  for (const name in headers) size += name.length + String(headers[name]).length
  for (const [name, value] of varied) size += name.length + value.length
  return size
}
