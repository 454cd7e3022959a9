import { parseUint64 } from '@floodgate/go/number'
import { quote } from '@floodgate/go/quote'
import { compareText } from '@floodgate/go/text'
import { Opaque, type Type } from '../evaluate/values.ts'

/** What sprig's `semver` returns. */
export const VERSION_POINTER: Type = { name: '*semver.Version', kind: 'ptr' }
/** What a version's `IncMajor` and its like return. */
export const VERSION: Type = { name: 'semver.Version', kind: 'struct' }

const HIDDEN = ['major', 'minor', 'patch', 'pre', 'metadata', 'original']
const IDENTIFIERS = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*'
const PATTERN = new RegExp(`^v?([0-9]+)(?:\\.([0-9]+))?(?:\\.([0-9]+))?(?:-(${IDENTIFIERS}))?(?:\\+(${IDENTIFIERS}))?$`)

/** A semantic version; minor and patch may have been left out. */
export class Version extends Opaque {
  readonly hidden = HIDDEN
  readonly type: Type
  readonly major: bigint
  readonly minor: bigint
  readonly patch: bigint
  readonly prerelease: string
  readonly metadata: string
  readonly original: string

  constructor (
    numbers: readonly [bigint, bigint, bigint], prerelease: string, metadata: string, original: string | null, type = VERSION_POINTER
  ) {
    super()
    ;[this.major, this.minor, this.patch] = numbers
    this.prerelease = prerelease
    this.metadata = metadata
    this.original = original ?? this.print()
    this.type = type
  }

  print (): string {
    const { major, minor, patch, prerelease, metadata } = this
    return `${major}.${minor}.${patch}${prerelease === '' ? '' : '-' + prerelease}${metadata === '' ? '' : '+' + metadata}`
  }

  toJson (): string {
    return JSON.stringify(this.print())
  }

  equals (other: Opaque): boolean {
    return other instanceof Version && other.original === this.original
  }
}

/** Parses a version; returns the problem as the semver package words it. */
export function parseVersion (text: string): Version | string {
  const match = PATTERN.exec(text)
  if (match === null) return 'Invalid Semantic Version'
  const numbers: bigint[] = []
  for (const digits of [match[1]!, match[2] ?? '0', match[3] ?? '0']) {
    const number = parseUint64(digits, 10)
    if (typeof number === 'string') return `Error parsing version segment: strconv.ParseUint: parsing ${quote(digits)}: ${number}`
    numbers.push(number)
  }
  const [, , , , prerelease = '', metadata = ''] = match
  if (prerelease.split('.').some((part) => /^0[0-9]+$/.test(part))) return 'Version segment starts with 0'
  return new Version([numbers[0]!, numbers[1]!, numbers[2]!], prerelease, metadata, text)
}

/** Orders versions; metadata does not count. */
export function compareVersions (a: Version, b: Version): -1 | 0 | 1 {
  for (const part of ['major', 'minor', 'patch'] as const) {
    if (a[part] !== b[part]) return a[part] < b[part] ? -1 : 1
  }
  if (a.prerelease === b.prerelease) return 0
  if (a.prerelease === '') return 1
  if (b.prerelease === '') return -1
  return comparePrereleases(a.prerelease, b.prerelease)
}

/** Orders prereleases identifier by identifier: numbers by value and before words. */
export function comparePrereleases (a: string, b: string): -1 | 0 | 1 {
  const left = a.split('.')
  const right = b.split('.')
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const order = compareIdentifiers(left[i] ?? '', right[i] ?? '')
    if (order !== 0) return order
  }
  return 0
}

function compareIdentifiers (a: string, b: string): -1 | 0 | 1 {
  if (a === b) return 0
  if (a === '') return -1
  if (b === '') return 1
  const left = parseUint64(a, 10)
  const right = parseUint64(b, 10)
  if (typeof left === 'bigint' && typeof right === 'bigint') return left > right ? 1 : -1
  if (typeof left === 'bigint') return -1
  if (typeof right === 'bigint') return 1
  return compareText(a, b) > 0 ? 1 : -1
}
