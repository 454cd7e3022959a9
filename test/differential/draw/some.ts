import type { Random } from '../../attacks/random.mjs'

/** Up to `most` of a list, each once, in any order. */
export function some<T> (random: Random, list: readonly T[], most: number, least = 0): T[] {
  const left = [...list]
  const taken: T[] = []
  for (let wanted = random.between(least, Math.min(most, list.length)); wanted > 0; wanted--) taken.push(...left.splice(random.between(0, left.length - 1), 1))
  return taken
}

/** The object, with a probability; else nothing, to be spread. */
export function maybe<T extends object> (random: Random, probability: number, make: () => T): T | Record<string, never> {
  return random.chance(probability) ? make() : {}
}
