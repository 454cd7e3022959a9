import { suiteNamed } from './cipher-suites.ts'
import { curveIdOf } from './curves.ts'

/** Returns the number of a suite or curve that is configured by its name; null for other keys and names. */
export function adviseTlsNumber (key: string | number | undefined, value: unknown): string | null {
  if (typeof value !== 'string') return null
  if (key === 'cipher_suites') {
    const id = suiteNamed(value)
    return id === null
      ? 'use the IANA numbers of cipher suites: 49199 is ECDHE-RSA with AES-128-GCM'
      : `write the number of this suite: ${id}`
  }
  if (key === 'curve_preferences') {
    const id = curveIdOf(value)
    return id === null
      ? 'use the IANA numbers of curves: 23 (P-256), 24 (P-384), 25 (P-521), 29 (X25519)'
      : `write the number of this curve: ${id}`
  }
  return null
}
