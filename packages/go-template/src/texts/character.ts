const SPACE = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/

/* JavaScript maps some characters to several; Go maps one to one. These have a single counterpart of their own. */
const SINGLE_UPPER = new Map<string, string>()
for (const [from, to, count] of [
  [0x1f80, 0x1f88, 8], [0x1f90, 0x1f98, 8], [0x1fa0, 0x1fa8, 8], [0x1fb3, 0x1fbc, 1], [0x1fc3, 0x1fcc, 1],
  [0x1ff3, 0x1ffc, 1]
] as const) {
  for (let i = 0; i < count; i++) SINGLE_UPPER.set(String.fromCodePoint(from + i), String.fromCodePoint(to + i))
}
const TITLE = new Map([
  ['Ǆ', 'ǅ'], ['ǅ', 'ǅ'], ['ǆ', 'ǅ'], ['Ǉ', 'ǈ'], ['ǈ', 'ǈ'], ['ǉ', 'ǈ'], ['Ǌ', 'ǋ'], ['ǋ', 'ǋ'], ['ǌ', 'ǋ'], ['Ǳ', 'ǲ'], ['ǲ', 'ǲ'], ['ǳ', 'ǲ']
])
const GEORGIAN = /[\u10d0-\u10fa\u10fd-\u10ff]/

/** unicode.IsSpace */
export function isSpace (character: string): boolean {
  return SPACE.test(character)
}

/** unicode.IsUpper */
export function isUpper (character: string): boolean {
  return /\p{Lu}/u.test(character)
}

/** unicode.IsLower */
export function isLower (character: string): boolean {
  return /\p{Ll}/u.test(character)
}

/** unicode.IsTitle */
export function isTitle (character: string): boolean {
  return /\p{Lt}/u.test(character)
}

/** unicode.ToUpper: always one character. */
export function toUpper (character: string): string {
  return single(character, character.toUpperCase(), SINGLE_UPPER.get(character))
}

/** unicode.ToLower: always one character. */
export function toLower (character: string): string {
  return single(character, character.toLowerCase(), character === 'İ' ? 'i' : undefined)
}

/** unicode.ToTitle: always one character. */
export function toTitle (character: string): string {
  return TITLE.get(character) ?? (GEORGIAN.test(character) ? character : toUpper(character))
}

/** strings.ToUpper */
export function upper (text: string): string {
  return mapCharacters(text, toUpper)
}

/** strings.ToLower */
export function lower (text: string): string {
  return mapCharacters(text, toLower)
}

/** strings.TrimSpace */
export function trimSpace (text: string): string {
  let start = 0
  let end = text.length
  while (start < end && SPACE.test(text[start]!)) start++
  while (end > start && SPACE.test(text[end - 1]!)) end--
  return text.slice(start, end)
}

/** Maps every character of a text; invalid characters become U+FFFD, as in Go's conversions to runes. */
export function mapCharacters (text: string, map: (character: string) => string): string {
  let mapped = ''
  for (const character of text) mapped += /\p{Surrogate}/u.test(character) ? '\ufffd' : map(character)
  return mapped
}

function single (character: string, mapped: string, known: string | undefined): string {
  if (known !== undefined) return known
  return mapped.length === (mapped.codePointAt(0)! > 0xffff ? 2 : 1) ? mapped : character
}
