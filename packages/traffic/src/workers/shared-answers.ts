import { monotonicNow, type Workers } from '@floodgate/core'
import type { AnswerStore } from '../cache/answer-store.ts'
import { type CacheStore, sizeOf } from '../cache/cache-store.ts'
import type { KeptAnswer } from '../cache/kept-answer.ts'

/** Largest answer (key, headers and body) that is copied to other workers, in bytes: a larger one costs more than a call of the backend. */
const MOST_BYTES = 64 * 1024
/** So that a cache whose answers are hardly found again costs the primary little. */
const MOST_PER_SECOND = 256
const STEP = 16 * 1024

/** An answer as it travels; `born` by the machine's clock, the body in base64. */
type Travelling = Omit<KeptAnswer, 'body'> & { readonly body: string | null }
type Message =
  | readonly ['set', store: string, key: string, answer: Travelling]
  | readonly ['delete', store: string, key: string]

/** Offset of `performance.now()`, by which a store tells ages, to the machine's clock. */
const origin = (): number => monotonicNow() - performance.now()

/**
 * The caches of a worker that are copied to and from other workers: each has all of them in its memory, so a look-up never
 * leaves the process. Removals always reach the others. New answers are offered: large ones, those beyond a rate, and those
 * for a worker that is busy are left out, which costs another call of the backend.
 */
export class SharedAnswers {
  readonly #workers: Workers
  readonly #topic: string
  readonly #most: number
  readonly #leave: () => void
  readonly #stores = new Map<string, CacheStore>()
  #second = 0
  #used = 0

  /** @param most what is copied per second: answers, each counted once more per 16 KiB */
  constructor (workers: Workers, topic: string, most = MOST_PER_SECOND) {
    this.#most = most
    this.#workers = workers
    this.#topic = topic
    this.#leave = workers.subscribe(topic, (message: Message) => { this.#take(message) })
  }

  /**
   * @param name unique among the caches of a configuration, and the same in every worker
   */
  share (name: string, store: CacheStore): AnswerStore {
    this.#stores.set(name, store)
    return {
      maxBody: store.maxBody,
      get items () { return store.items },
      get size () { return store.size },
      get: (key) => store.get(key),
      set: (key, answer) => {
        store.set(key, answer)
        if (this.#mayCopy(key, answer)) this.#workers.offer(this.#topic, ['set', name, key, pack(answer)] satisfies Message)
      },
      delete: (key) => {
        store.delete(key)
        this.#workers.broadcast(this.#topic, ['delete', name, key] satisfies Message)
      }
    }
  }

  /** The store is not used any more. */
  forget (name: string): void { this.#stores.delete(name) }

  close (): void { this.#leave() }

  #mayCopy (key: string, answer: KeptAnswer): boolean {
    const size = sizeOf(key, answer)
    if (size > MOST_BYTES) return false
    const second = Math.floor(performance.now() / 1000)
    if (second !== this.#second) [this.#second, this.#used] = [second, 0]
    this.#used += 1 + Math.floor(size / STEP)
    return this.#used <= this.#most
  }

  #take (message: Message): void {
    const store = this.#stores.get(message[1])
    if (store === undefined) return
    if (message[0] === 'set') store.set(message[2], unpack(message[3]))
    else store.delete(message[2])
  }
}

function pack (answer: KeptAnswer): Travelling {
  return { ...answer, born: answer.born + origin(), body: answer.body && answer.body.toString('base64') }
}

function unpack (answer: Travelling): KeptAnswer {
  return { ...answer, born: answer.born - origin(), body: answer.body === null ? null : keptBase64(answer.body) }
}

/** Its own memory: small buffers from Node's pool would keep the pool. */
function keptBase64 (text: string): Buffer {
  const body = Buffer.allocUnsafeSlow(Buffer.byteLength(text, 'base64'))
  body.write(text, 'base64')
  return body
}
