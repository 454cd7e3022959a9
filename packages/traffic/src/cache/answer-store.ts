import type { KeptAnswer } from './kept-answer.ts'

/** Where answers are kept: the seam between the cache's rules and its memory. Memory of this process gives at once. */
export interface AnswerStore {
  /** Bytes of the largest body that is kept. */
  readonly maxBody: number
  /** The answer of a key; null: none. Never rejects. */
  get (key: string): KeptAnswer | null | Promise<KeptAnswer | null>
  set (key: string, answer: KeptAnswer): void
  delete (key: string): void
}
