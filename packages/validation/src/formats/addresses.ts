import { quoteText } from '@floodgate/go/quote'
import { readInteger } from './go-strings.ts'

/** Checks an IPv4 address. */
export function ipv4Problem (text: string): string | null {
  const groups = text.split('.')
  if (groups.length !== 4) return 'expected four decimals'
  for (const group of groups) {
    if (group.length > 1 && group.startsWith('0')) return 'leading zeros'
    const decimal = readInteger(group)
    if (typeof decimal === 'string') return decimal
    if (decimal < 0 || decimal > 255) return 'decimal must be between 0 and 255'
  }
  return null
}

/** Checks an IPv6 address without a zone, with the messages of net/netip. */
export function ipv6Problem (text: string): string | null {
  if (!text.includes(':')) return 'missing colon'
  const problem = parseAddress(text)
  if (problem !== null) return `ParseAddr(${quoteText(text)}): ${problem.what}${problem.at === '' ? '' : ` (at ${quoteText(problem.at)})`}`
  return text.includes('%') ? 'zone id is not a part of ipv6 address' : null
}

interface Problem { readonly what: string, readonly at: string }

function parseAddress (text: string): Problem | null {
  const special = /[.:%]/.exec(text)![0]
  if (special === '.') return parseIpv4(text)
  if (special === '%') return problem('missing IPv6 address')
  const percent = text.indexOf('%')
  if (percent === text.length - 1) return problem('zone must be a non-empty string')
  return parseIpv6(percent < 0 ? text : text.slice(0, percent))
}

function parseIpv6 (address: string): Problem | null {
  let rest = address
  let gap = rest.startsWith('::')
  if (gap) {
    rest = rest.slice(2)
    if (rest === '') return null
  }
  let fields = 0
  while (fields < 8) {
    const digits = /^[\da-fA-F]*/.exec(rest)![0]
    if (digits.length > 4) return problem('each group must have 4 or fewer digits', rest)
    if (digits === '') return problem('each colon-separated field must have at least one digit', rest)
    if (rest[digits.length] === '.') {
      if (!gap && fields !== 6) return problem('embedded IPv4 address must replace the final 2 fields of the address', rest)
      if (fields > 6) return problem('too many hex fields to fit an embedded IPv4 at the end of the address', rest)
      const wrong = parseIpv4(rest)
      if (wrong !== null) return wrong
      rest = ''
      fields += 2
      break
    }
    fields++
    rest = rest.slice(digits.length)
    if (rest === '') break
    if (!rest.startsWith(':')) return problem('unexpected character, want colon', rest)
    if (rest.length === 1) return problem('colon must be followed by more characters', rest)
    rest = rest.slice(1)
    if (rest.startsWith(':')) {
      if (gap) return problem('multiple :: in address', rest)
      gap = true
      rest = rest.slice(1)
      if (rest === '') break
    }
  }
  if (rest !== '') return problem('trailing garbage after address', rest)
  if (fields < 8) return gap ? null : problem('address string too short')
  return gap ? problem('the :: must expand to at least one field of zeros') : null
}

function parseIpv4 (text: string): Problem | null {
  let dots = 0
  let field = ''
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!
    if (character >= '0' && character <= '9') {
      if (field === '0') return problem('IPv4 field has octet with leading zero')
      field += character
      if (Number(field) > 255) return problem('IPv4 field has value >255')
    } else if (character === '.') {
      if (field === '' || i === text.length - 1) return problem('IPv4 field must have at least one digit', text.slice(i))
      if (dots === 3) return problem('IPv4 address too long')
      dots++
      field = ''
    } else {
      return problem('unexpected character', text.slice(i))
    }
  }
  return dots < 3 ? problem('IPv4 address too short') : null
}

function problem (what: string, at = ''): Problem {
  return { what, at }
}
