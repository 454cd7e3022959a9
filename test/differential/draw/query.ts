import type { Random } from '../../attacks/random.mjs'

export const queryNames = ['a', 'b', 'A', 'q', 'page', 'sp ace', 'a[]', 'ünï']
const values = ['', '1', 'two words', 'a+b', 'x&y', 'a=b', '%', 'ü', '*()!\'', '~-_.', '/path?x', '#', 'a,b', '"q"', '<x>']

/** A query of a client, without its `?`; pairs are escaped in one of the ways that clients have, and a few badly. */
export function query (random: Random, names: readonly string[] = queryNames): string {
  const pairs = Array.from({ length: random.between(0, 5) }, () => {
    const name = escaped(random, random.of(names))
    return random.weighted<() => string>([
      [8, () => `${name}=${escaped(random, random.of(values))}`],
      [1, () => name],
      [0.4, () => `${name}=%zz`],
      [0.4, () => `${name}=1;b=2`],
      [0.2, () => '']
    ])()
  })
  return pairs.join('&')
}

function escaped (random: Random, text: string): string {
  const whole = encodeURIComponent(text)
  return random.chance(0.3) ? whole.replaceAll('%20', '+') : whole
}
