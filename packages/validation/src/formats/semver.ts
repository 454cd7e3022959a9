import { quoteCharacter } from '@floodgate/go/quote'
import { firstOther } from './go-strings.ts'

const NUMBERS = ['major', 'minor', 'patch']

/** Checks a version of semver.org: `1.2.3-rc.1+build.5`. */
export function semverProblem (text: string): string | null {
  const plus = text.indexOf('+')
  if (plus >= 0) {
    const problem = buildProblem(text.slice(plus + 1))
    if (problem !== null) return problem
  }
  const version = plus < 0 ? text : text.slice(0, plus)
  const hyphen = version.indexOf('-')
  if (hyphen >= 0) {
    const problem = preReleaseProblem(version.slice(hyphen + 1))
    if (problem !== null) return problem
  }
  return coreProblem(hyphen < 0 ? version : version.slice(0, hyphen))
}

function buildProblem (build: string): string | null {
  if (build === '') return 'build is empty'
  for (const id of build.split('.')) {
    if (id === '') return 'build identifier is empty'
    const other = firstOther(id, /^[a-zA-Z\d-]$/)
    if (other !== null) return `invalid character ${quoteCharacter(other)} in build identifier`
  }
  return null
}

function preReleaseProblem (preRelease: string): string | null {
  for (const id of preRelease.split('.')) {
    if (id === '') return 'pre-release identifier is empty'
    const other = firstOther(id, /^[a-zA-Z\d-]$/)
    if (other !== null) return `invalid character ${quoteCharacter(other)} in pre-release identifier`
    if (/^0\d+$/.test(id)) return 'pre-release numeric identifier starts with zero'
  }
  return null
}

function coreProblem (core: string): string | null {
  const numbers = core.split('.')
  if (numbers.length !== 3) return 'versionCore must have 3 numbers separated by dot'
  for (const [i, number] of numbers.entries()) {
    if (number === '') return `${NUMBERS[i]} is empty`
    if (number.length > 1 && number.startsWith('0')) return `${NUMBERS[i]} starts with zero`
    if (!/^\d+$/.test(number)) return `${NUMBERS[i]} contains non-digit`
  }
  return null
}
