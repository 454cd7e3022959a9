// Random numbers that a seed decides: the same words give the same numbers, on every machine and version of Node.

/**
 * Creates a generator from words, such as a seed, a part's name and the number of a case. Each case has a generator of its
 * own, so that one can be repeated without those before it.
 */
export function createRandom (...words) {
  let state = hash(words.join('/'))
  const random = {
    /** A number from 0 up to 1, without 1 (mulberry32). */
    next () {
      state = (state + 0x6d2b79f5) | 0
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
    },
    /** A whole number from `least` to `most`, both included. */
    between: (least, most) => least + Math.floor(random.next() * (most - least + 1)),
    /** True with a probability. */
    chance: (probability) => random.next() < probability,
    /** One of a list. */
    of: (list) => list[Math.floor(random.next() * list.length)],
    /** One of `[weight, value]` pairs. */
    weighted (pairs) {
      let left = random.next() * pairs.reduce((sum, [weight]) => sum + weight, 0)
      for (const [weight, value] of pairs) if ((left -= weight) < 0) return value
      return pairs.at(-1)[1]
    },
    /** Random bytes. */
    bytes: (length) => Buffer.from(Array.from({ length }, () => random.between(0, 255)))
  }
  return random
}

/** FNV-1a, 32 bits. */
export function hash (text) {
  let sum = 0x811c9dc5
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193)
  return sum >>> 0
}
