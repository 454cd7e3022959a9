import { quoteCharacter } from '@floodgate/go/quote'
import { ipv4Problem, ipv6Problem } from './addresses.ts'
import { byteCount, firstOther } from './go-strings.ts'

/** Checks dot-separated labels of letters, digits and hyphens, with or without a dot at the end. */
export function hostnameProblem (text: string): string | null {
  const name = text.endsWith('.') ? text.slice(0, -1) : text
  if (byteCount(name) > 253) return 'more than 253 characters long'
  for (const label of name.split('.')) {
    const length = byteCount(label)
    if (length < 1 || length > 63) return 'label must be 1 to 63 characters long'
    if (label.startsWith('-')) return 'label starts with hyphen'
    if (label.endsWith('-')) return 'label ends with hyphen'
    const other = firstOther(label, /^[a-zA-Z\d-]$/)
    if (other !== null) return `invalid character ${quoteCharacter(other)}`
  }
  return null
}

/** Checks a local part, an at sign, and a host name or an address in brackets. */
export function emailProblem (text: string): string | null {
  if (byteCount(text) > 254) return 'more than 255 characters long'
  const at = text.lastIndexOf('@')
  if (at < 0) return 'missing @'
  return localProblem(text.slice(0, at)) ?? domainProblem(text.slice(at + 1))
}

function localProblem (local: string): string | null {
  if (byteCount(local) > 64) return 'local part more than 64 characters long'
  if (local.length > 1 && local.startsWith('"')) {
    return /["\\]/.test(local.slice(1, -1)) ? 'backslash and quote are not allowed within quoted local part' : null
  }
  if (local.startsWith('.')) return 'starts with dot'
  if (local.endsWith('.')) return 'ends with dot'
  if (local.includes('..')) return 'consecutive dots'
  const other = firstOther(local, /^[a-zA-Z\d.!#$%&'*+\-/=?^_`{|}~]$/)
  return other === null ? null : `invalid character ${quoteCharacter(other)}`
}

function domainProblem (domain: string): string | null {
  if (domain.startsWith('[') && domain.endsWith(']')) {
    const address = domain.slice(1, -1)
    const isIpv6 = address.startsWith('IPv6:')
    const problem = isIpv6 ? ipv6Problem(address.slice(5)) : ipv4Problem(address)
    return problem === null ? null : `invalid ${isIpv6 ? 'ipv6' : 'ipv4'} address: ${problem}`
  }
  const problem = hostnameProblem(domain)
  return problem === null ? null : `invalid domain: ${problem}`
}
