export interface Random {
  next (): number
  between (least: number, most: number): number
  chance (probability: number): boolean
  of<T> (list: readonly T[]): T
  weighted<T> (pairs: readonly (readonly [weight: number, value: T])[]): T
  bytes (length: number): Buffer
}
export function createRandom (...words: unknown[]): Random
export function hash (text: string): number
