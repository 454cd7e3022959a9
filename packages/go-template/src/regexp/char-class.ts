/** A set of characters. */
export type CharSet = (code: number) => boolean

const FOLDED: Readonly<Record<number, readonly number[]>> = {
  0x6b: [0x212a], 0x73: [0x17f], 0xe5: [0x212b], 0x3c9: [0x2126], 0x3bc: [0xb5], 0x3b8: [0x3d1, 0x3f4], 0x3b2: [0x3d0], 0x3c3: [0x3c2], 0x3c6: [0x3d5], 0x3c0: [0x3d6], 0x3ba: [0x3f0], 0x3c1: [0x3f1], 0x3b5: [0x3f5]
}

const POSIX: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z', alpha: 'A-Za-z', ascii: '\\x00-\\x7f', blank: '\\t ', cntrl: '\\x00-\\x1f\\x7f', digit: '0-9', graph: '!-~', lower: 'a-z', print: ' -~', punct: '!-/:-@[-`{-~', space: '\\t-\\r ', upper: 'A-Z', word: '0-9A-Za-z_', xdigit: '0-9A-Fa-f'
}
const PERL: Readonly<Record<string, string>> = { d: '0-9', s: '\\t\\n\\f\\r ', w: '0-9A-Za-z_' }

/** Names of scripts and categories whose spelling JavaScript takes as it is, once separators and case are settled. */
const unicodeSets = new Map<string, CharSet | null>()

export function range (low: number, high: number): CharSet {
  return (code) => code >= low && code <= high
}

export function union (sets: readonly CharSet[]): CharSet {
  return (code) => sets.some((set) => set(code))
}

export function negate (set: CharSet): CharSet {
  return (code) => !set(code)
}

/** Extends a set to the other cases of its characters. */
export function foldCase (set: CharSet): CharSet {
  return (code) => set(code) || otherCases(code).some(set)
}

/** `\d`, `\s`, `\w`; the capital letter negates. */
export function perlSet (letter: string): CharSet {
  const set = ofPattern(PERL[letter.toLowerCase()]!)
  return letter === letter.toLowerCase() ? set : negate(set)
}

/** `[:alpha:]` and its like; null for a name that does not exist. */
export function posixSet (name: string): CharSet | null {
  const isNegated = name.startsWith('^')
  const bare = isNegated ? name.slice(1) : name
  if (!Object.hasOwn(POSIX, bare)) return null
  const set = ofPattern(POSIX[bare]!)
  return isNegated ? negate(set) : set
}

/** `\p{name}`: a script or a general category; null for a name that does not exist. */
export function unicodeSet (name: string): CharSet | null {
  if (name.startsWith('^')) {
    const set = unicodeSet(name.slice(1))
    return set === null ? null : negate(set)
  }
  let set = unicodeSets.get(name)
  if (set === undefined) unicodeSets.set(name, set = createUnicodeSet(name))
  return set
}

function createUnicodeSet (name: string): CharSet | null {
  if (!/^[A-Za-z_ -]+$/.test(name)) return null
  const words = name.split(/[_ -]+/).map((word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase()).join('_')
  for (const property of [name, words]) {
    for (const prefix of ['General_Category=', 'Script=', '']) {
      if (prefix === '' && !/^(?:Any|ASCII|Assigned)$/i.test(property)) continue
      const spelled = prefix !== '' ? property : { any: 'Any', ascii: 'ASCII', assigned: 'Assigned' }[property.toLowerCase()]!
      try {
        return ofPattern(`\\p{${prefix}${spelled}}`)
      } catch { /* not a name of this kind */ }
    }
  }
  return null
}

function ofPattern (body: string): CharSet {
  const pattern = new RegExp(`[${body}]`, 'u')
  return (code) => pattern.test(String.fromCodePoint(code))
}

function otherCases (code: number): number[] {
  const character = String.fromCodePoint(code)
  const cases = new Set<number>()
  const [lower, upper] = [character.toLowerCase(), character.toUpperCase()]
  for (const mapped of [lower, upper, lower.toUpperCase(), upper.toLowerCase()]) {
    if ([...mapped].length === 1) cases.add(mapped.codePointAt(0)!)
  }
  for (const mapped of [...cases, code]) for (const other of FOLDED[mapped] ?? []) cases.add(other)
  return [...cases]
}
