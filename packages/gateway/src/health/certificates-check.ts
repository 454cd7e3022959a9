import type { ReadyCheck } from '@floodgate/core'

/** A certificate of the gateway's own. */
interface OwnCertificate {
  /** Its file. */
  readonly from: string
  /** ISO 8601. */
  readonly validTo: string
}

/**
 * Finds certificates that have expired, or expire soon.
 *
 * @param list returns those in use; called per check
 * @param within how soon, in ms
 */
export function createCertificatesCheck (list: () => readonly OwnCertificate[], within: number): ReadyCheck {
  return () => {
    const now = Date.now()
    const byFile = new Map(list().map((certificate) => [certificate.from, certificate.validTo]))
    return [...byFile].flatMap(([file, validTo]) => {
      const left = Date.parse(validTo) - now
      return left > within ? [] : [`${file} ${left > 0 ? 'expires' : 'expired'} on ${validTo}`]
    })
  }
}
