import type { TlsSettings } from '@floodgate/settings'
import { describeCertificates, type CertificateInfo } from '@floodgate/tls'

/** A certificate, and when it expires. */
export interface CertificateFacts extends CertificateInfo {
  /** `authority` of ca_certs, or `client` of client_certs. */
  readonly use: 'authority' | 'client'
  /** Whole days until it expires; negative if it has expired. */
  readonly daysLeft: number
}

const day = 86_400_000

/** Returns the certificates that settings name, from their files as they are now. */
export function explainCertificates (tls: TlsSettings | null, now: Date): CertificateFacts[] {
  const { authorities, clientCertificates } = describeCertificates(tls)
  const tell = (use: CertificateFacts['use']) => (certificate: CertificateInfo): CertificateFacts =>
    ({ ...certificate, use, daysLeft: Math.floor((Date.parse(certificate.validTo) - now.getTime()) / day) })
  return [...clientCertificates.map(tell('client')), ...authorities.map(tell('authority'))]
}
