import { GoRegexp } from '@floodgate/go/regexp'
import { comparePrereleases, compareVersions, parseVersion, type Version } from './version.ts'
import type { Budget } from '../evaluate/budget.ts'

/** One condition, such as `>= 1.2`. */
export interface Constraint {
  readonly operator: string
  readonly version: Version
  /** Which parts of the version are left open (`1.x`, `1`): the first of them decides. */
  readonly open: 'none' | 'patch' | 'minor' | 'major'
}

const NUMBER = '[0-9|xX*]+'
const IDENTIFIERS = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*'
const VERSION = `v?(${NUMBER})(\\.${NUMBER})?(\\.${NUMBER})?(-${IDENTIFIERS})?(?:\\+${IDENTIFIERS})?`
const OPERATOR = '=||!=|>|<|>=|=>|<=|=<|~|~>|\\^'

/** Matched by an engine of linear time, as constraints come from outside; compiled with the first of them. */
const expressions = once(() => ({
  single: new GoRegexp(`^\\s*(${OPERATOR})\\s*(${VERSION})\\s*$`),
  each: new GoRegexp(`(?:${OPERATOR})\\s*(?:${VERSION})`),
  list: new GoRegexp(`^(?:\\s*(?:${OPERATOR})\\s*(?:${VERSION})\\s*)(?:(?:\\s+|,\\s*)(?:${OPERATOR})\\s*(?:${VERSION})\\s*)*$`),
  range: new GoRegexp(`\\s*(${VERSION})\\s+-\\s+(${VERSION})\\s*`)
}))
/** Group of the upper version in `range`, whose lower one has five groups. */
const RANGE_END = 6

function once<T> (make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}

/** Tells whether a version satisfies a parsed constraint. */
export function satisfies (alternatives: readonly Constraint[][], version: Version): boolean {
  return alternatives.some((all) => all.every((one) => check(version, one)))
}

/**
 * Parses a constraint such as `^1.2 || >=3, <4`: alternatives of conditions that must all hold.
 *
 * @returns the problem as the semver package words it, when it is none
 */
export function parseConstraints (constraint: string, budget: Budget): Constraint[][] | string {
  const alternatives: Constraint[][] = []
  const { list, each } = expressions()
  for (const part of rewriteRanges(constraint, budget).split('||')) {
    if (!list.matches(part, budget.search)) return `improper constraint: ${part}`
    const found = each.findAll(part, -1, budget.search)
    const all: Constraint[] = []
    for (const text of found.length === 0 ? [part] : found) {
      const one = parseConstraint(text, budget)
      if (typeof one === 'string') return one
      all.push(one)
    }
    alternatives.push(all)
  }
  return alternatives
}

/** `1.2 - 3.4` means both ends included. */
function rewriteRanges (constraint: string, budget: Budget): string {
  let rewritten = constraint
  const { range } = expressions()
  for (const found of range.findAll(constraint, -1, budget.search)) {
    const groups = range.groups(found, budget.search)!
    rewritten = rewritten.replace(found, () => `>= ${groups[1]}, <= ${groups[RANGE_END]} `)
  }
  return rewritten
}

function parseConstraint (text: string, budget: Budget): Constraint | string {
  const groups = expressions().single.groups(text, budget.search)
  if (groups === null) return `improper constraint: ${text}`
  const [, operator = '', , major = '', minor = '', patch = '', prerelease = ''] = groups
  let open: Constraint['open'] = 'none'
  let written = groups[2]!
  if (isOpen(major)) {
    open = 'major'
    written = `0.0.0${prerelease}`
  } else if (isOpen(minor.slice(1))) {
    open = 'minor'
    written = `${major}.0.0${prerelease}`
  } else if (isOpen(patch.slice(1))) {
    open = 'patch'
    written = `${major}${minor}.0${prerelease}`
  }
  const version = parseVersion(written)
  return typeof version === 'string' ? 'constraint Parser Error' : { operator, version, open }
}

function isOpen (part: string): boolean {
  return part === '' || part === 'x' || part === 'X' || part === '*'
}

function check (version: Version, constraint: Constraint): boolean {
  const { operator, version: wanted, open } = constraint
  if (operator === '!=') return differs(version, constraint)
  // A constraint without a prerelease does not ask for any.
  if (version.prerelease !== '' && wanted.prerelease === '') return false
  const order = compareVersions(version, wanted)
  switch (operator) {
    case '>': return isGreater(version, constraint)
    case '<': return order < 0
    case '>=': case '=>': return order >= 0
    case '<=': case '=<': return isAtMost(version, constraint)
    case '~': case '~>': return isNear(version, constraint)
    case '^': return isCompatible(version, constraint)
    default: return open === 'none' ? order === 0 : isNear(version, constraint)
  }
}

function differs (version: Version, { version: wanted, open }: Constraint): boolean {
  if (open === 'none') return compareVersions(version, wanted) !== 0
  if (version.prerelease !== '' && wanted.prerelease === '') return false
  if (version.major !== wanted.major) return true
  if (open === 'minor') return false
  if (version.minor !== wanted.minor) return true
  if (open === 'patch') {
    const hasPrerelease = version.prerelease !== '' || wanted.prerelease !== ''
    return hasPrerelease && comparePrereleases(version.prerelease, wanted.prerelease) !== 0
  }
  return version.patch !== wanted.patch || compareVersions(version, wanted) !== 0
}

function isGreater (version: Version, { version: wanted, open }: Constraint): boolean {
  if (open === 'none') return compareVersions(version, wanted) > 0
  if (version.major !== wanted.major) return version.major > wanted.major
  if (open === 'minor') return false
  if (open === 'patch') return version.minor > wanted.minor
  return compareVersions(version, wanted) > 0
}

function isAtMost (version: Version, { version: wanted, open }: Constraint): boolean {
  if (open === 'none') return compareVersions(version, wanted) <= 0
  if (version.major !== wanted.major) return version.major < wanted.major
  return open === 'minor' || version.minor <= wanted.minor
}

/** `~1.2`: only the parts behind the last one given may differ. */
function isNear (version: Version, { version: wanted, open }: Constraint): boolean {
  if (compareVersions(version, wanted) < 0) return false
  const isAny = wanted.major === 0n && wanted.minor === 0n && wanted.patch === 0n && open !== 'minor' && open !== 'patch'
  if (isAny) return true
  return version.major === wanted.major && (open === 'minor' || version.minor === wanted.minor)
}

/** `^1.2`: the first part that is not zero stays. */
function isCompatible (version: Version, { version: wanted, open }: Constraint): boolean {
  if (compareVersions(version, wanted) < 0) return false
  if (wanted.major > 0n || open === 'minor') return version.major === wanted.major
  if (version.major > 0n) return false
  if (wanted.minor > 0n || open === 'patch') return version.minor === wanted.minor
  return version.minor === 0n && version.patch === wanted.patch
}
