import type { KeptAnswer } from './kept-answer.ts'

/** Storage of responses, independent of the cache's rules. A store in this process returns synchronously. */
export interface AnswerStore {
  /** Largest body that is cached, in bytes. */
  readonly maxBody: number
  /** Number of responses, and bytes in use. Absent: they are not in this process. */
  readonly items?: number
  readonly size?: number
  /** Returns the response of a key; null if there is none. Never rejects. */
  get (key: string): KeptAnswer | null | Promise<KeptAnswer | null>
  set (key: string, answer: KeptAnswer): void
  delete (key: string): void
}
