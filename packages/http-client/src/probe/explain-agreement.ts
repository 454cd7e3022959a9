import { ianaName } from '@floodgate/tls'
import { writeCurve } from '@floodgate/tls'
import type { TlsSettings } from '@floodgate/settings'
import { isOlder } from '@floodgate/tls'
import { writeVersion } from './tls-facts.ts'
import type { Evidence, Explanation, Subject } from './explanation.ts'

/** Explains a handshake in which server and settings found no common ground; null = nothing was found that would help. */
export function explainAgreement ({ explored, settings: { tls }, words }: Evidence, { where }: Subject): Explanation | null {
  if (explored === null) return null
  const { versions, suites, curves, changes } = explored
  const problems: string[] = []
  if (changes.minVersion !== undefined) {
    const { subject, place } = words.describe('min_version')
    problems.push(
      `speaks ${writeVersion(versions.at(-1)!)} at most; ${subject} demands ${minimum(tls)}${place}${words.replaced('min_version')}`
    )
  } else if (changes.maxVersion !== undefined) {
    const { subject, place } = words.describe('max_version')
    const [oldest] = versions
    problems.push(
      `speaks ${writeVersion(oldest!)}${isOlder(oldest!, 'TLS13') ? ' at least' : ' only'}; ${subject} allows no more than ${bare(tls?.maxVersion ?? 'TLS13')}${place}`
    )
  }
  if (suites.length > 0) {
    const { subject, place } = words.describe('cipher_suites')
    problems.push(
      `accepts only the ${suites.length === 1 ? 'suite' : 'suites'} ${suites.map((id) => `${ianaName(id)} (${id})`).join(', ')}; ${subject} does not offer ${suites.length === 1 ? 'it' : 'them'}${place}`
    )
  }
  if (curves.length > 0) {
    const { subject, place } = words.describe('curve_preferences')
    problems.push(
      `accepts only the ${curves.length === 1 ? 'curve' : 'curves'} ${curves.map((id) => `${writeCurve(id)} (${id})`).join(', ')}; ${subject} does not offer ${curves.length === 1 ? 'it' : 'them'}${place}`
    )
  }
  if (problems.length === 0) return null
  const weak = suites.length > 0 || (changes.minVersion !== undefined && isOlder(changes.minVersion, 'TLS12'))
    ? '; safer: bring that server up to date'
    : ''
  return {
    fault: changes.minVersion !== undefined || changes.maxVersion !== undefined
      ? 'tls-version'
      : suites.length > 0
        ? 'cipher-suites'
        : 'curves',
    problem: `${where} ${problems.join(', and it ')}`,
    cure: `${words.advise(writeChanges(changes, tls))}${weak}`
  }
}

function writeChanges (
  { minVersion, maxVersion, cipherSuites, curvePreferences }: NonNullable<Evidence['explored']>['changes'],
  tls: TlsSettings | null
): Record<string, unknown> {
  // Without a client_tls the minimum is TLS 1.2; the first one that is written makes it 1.3.
  const min = minVersion ?? (tls === null ? 'TLS12' : undefined)
  return {
    ...(min !== undefined && { min_version: min }),
    ...(maxVersion !== undefined && { max_version: maxVersion }),
    ...(cipherSuites !== undefined && { cipher_suites: cipherSuites }),
    ...(curvePreferences !== undefined && { curve_preferences: curvePreferences })
  }
}

function minimum (tls: TlsSettings | null): string {
  return bare(tls?.minVersion ?? 'TLS12')
}

function bare (version: string): string {
  return writeVersion(version).replace('TLS ', '')
}
