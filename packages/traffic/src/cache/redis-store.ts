import { createHash } from 'node:crypto'
import { timerTime } from '@floodgate/go/duration'
import type { Connection } from '../redis/connections.ts'
import type { AnswerStore } from './answer-store.ts'
import { usefulFor } from './freshness.ts'
import type { KeptAnswer } from './kept-answer.ts'

export interface RedisStoreOptions {
  /** Prefix of the keys in Redis: the same on every gateway that shares the responses. */
  readonly prefix: string
  /** Timeout of a look-up, in ms; after that it counts as a miss. */
  readonly timeout: number
  /** Largest body that is cached, in bytes. */
  readonly maxBody: number
}

type Meta = Pick<KeptAnswer, 'status' | 'headers' | 'varied'> & { born: number, body: boolean }

/**
 * Caches responses in Redis, each as one value: length of its description, the description as JSON, the body. They
 * expire in Redis when they are no longer usable; the size is limited by `maxmemory` there. If Redis fails, the backend
 * is called again.
 */
export function createRedisStore (connection: Connection, { prefix, timeout, maxBody }: RedisStoreOptions): AnswerStore {
  const nameOf = (key: string): string => prefix + createHash('sha256').update(key).digest('base64url')
  return {
    maxBody,
    get: (key) => within(timeout, connection.get(nameOf(key))).then((value) => value && unpack(value)).catch(() => null),
    set (key, answer) {
      const life = usefulFor(answer.headers) - (performance.now() - answer.born)
      if (life >= 1) connection.set(nameOf(key), pack(answer), Math.trunc(life)).catch(() => {})
    },
    delete (key) { connection.delete(nameOf(key)).catch(() => {}) }
  }
}

function within<T> (ms: number, promise: Promise<T>): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, timerTime(ms), null)
    promise.finally(() => { clearTimeout(timer) }).then(resolve, reject)
  })
}

function pack ({ status, headers, varied, body, born }: KeptAnswer): Buffer {
  // Monotonic clocks differ between processes.
  const meta: Meta = { status, headers, varied, born: Date.now() - (performance.now() - born), body: body !== null }
  const described = Buffer.from(JSON.stringify(meta))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(described.length)
  return Buffer.concat([length, described, body ?? Buffer.alloc(0)])
}

/** @throws {Error} the value was not written by `pack` */
function unpack (value: Buffer): KeptAnswer {
  const end = 4 + value.readUInt32BE(0)
  const { born, body, ...answer } = JSON.parse(value.toString('utf8', 4, end)) as Meta
  return { ...answer, body: body ? value.subarray(end) : null, born: performance.now() - Math.max(0, Date.now() - born) }
}
