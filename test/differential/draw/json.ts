import type { Random } from '../../attacks/random.mjs'

/** Names that keys get: of ordinary data, and some that programs trip over. */
export const keyNames = ['a', 'b', 'c', 'id', 'name', 'tags', 'user', 'list', 'deep', 'Mixed', 'snake_case', 'kebab-key'] as const
const oddKeys = ['', 'é', 'with space', '0', '10', '<b>', 'toString', '__proto__', 'constructor', '$id', '@type']

const numbers = ['0', '-0', '1', '-7', '42', '1.0', '1.50', '0.1', '1e3', '1E+2', '-2.5e-7', '12345678901234567890', '9007199254740993', '1e400', '0.30000000000000004']
const strings = ['', 'x', 'text', 'two words', 'ünïcode ✓ 😀', '<a href="x">&</a>', 'line\nbreak\ttab', 'back\\slash "quote"', '\u2028\u2029', '42', 'true', 'null', '\u0000', 'a/b', '{{x}}'.replace('{{x}}', '{x}')]

/** The text of a JSON value. Numbers keep the form in which they stand here. */
export function jsonText (random: Random, depth = 3): string {
  return random.weighted<() => string>([
    [4, () => scalarText(random)],
    [depth > 0 ? 3 : 0, () => objectText(random, depth - 1)],
    [depth > 0 ? 2 : 0, () => listText(random, depth - 1)]
  ])()
}

export function scalarText (random: Random): string {
  return random.weighted<() => string>([
    [4, () => JSON.stringify(random.of(strings))],
    [4, () => random.of(numbers)],
    [2, () => random.of(['true', 'false'])],
    [1, () => 'null']
  ])()
}

/** The text of an object with up to six keys, no key twice. */
export function objectText (random: Random, depth = 2, names: readonly string[] = keyNames): string {
  const keys = new Set<string>()
  for (let left = random.between(0, 6); left > 0; left--) keys.add(random.chance(0.08) ? random.of(oddKeys) : random.of(names))
  return membersText(random, [...keys].map((key) => [key, jsonText(random, depth)]))
}

export function listText (random: Random, depth = 2): string {
  const alike = random.chance(0.5)
  return joined(random, '[', Array.from({ length: random.between(0, 4) }, () => alike && depth > 0 ? objectText(random, depth - 1) : jsonText(random, depth)), ']')
}

/** The text of an object from names and the texts of their values. */
export function membersText (random: Random, members: [name: string, text: string][]): string {
  return joined(random, '{', members.map(([key, text]) => `${keyText(random, key)}:${random.of(['', ' '])}${text}`), '}')
}

function keyText (random: Random, key: string): string {
  if (key === '' || !random.chance(0.03)) return JSON.stringify(key)
  return `"\\u${key.charCodeAt(0).toString(16).padStart(4, '0')}${JSON.stringify(key.slice(1)).slice(1)}`
}

function joined (random: Random, open: string, parts: string[], close: string): string {
  const space = random.of(['', '', ' ', '\n  '])
  return open + parts.map((part) => space + part).join(',') + close
}
