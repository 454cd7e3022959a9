/** Random numbers that a seed makes again (mulberry32). */
export interface Random {
  /** A whole number from 0 to `below` - 1. */
  below (below: number): number
  /** True once in `times`. */
  once (times: number): boolean
  pick<Value> (values: readonly Value[]): Value
}

export function createRandom (seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return { below, once: (times) => below(times) === 0, pick: (values) => values[below(values.length)]! }
}
