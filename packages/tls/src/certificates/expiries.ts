import type { X509Certificate } from 'node:crypto'
import { describeCertificate, findCertificates, type CertificateFacts } from './certificates.ts'
import type { TlsSettings } from '@floodgate/settings'
import type { TlsFiles } from '../files/tls-files.ts'

/** A certificate in use, and when it expires. */
export interface CertificateStatistics {
  /** `client` and `authority` are our own, `peer` is the last certificate of a server or an https proxy. */
  readonly use: 'client' | 'authority' | 'peer'
  /** Its file, or `host:port`. */
  readonly from: string
  readonly subject: string
  /** ISO 8601. */
  readonly validTo: string
  /** Whole days until it expires; negative if it has expired. */
  readonly daysLeft: number
}

// In a public bundle, expired certificates are normal.
const longList = 16
const day = 86_400_000

/** Returns the certificate of a text that is the first to expire; null = there is none, or there are more than 16. */
export function firstToExpire (pem: string): CertificateFacts | null {
  const { valid } = findCertificates(pem)
  return valid.length > longList ? null : valid.toSorted((a, b) => a.validTo < b.validTo ? -1 : 1)[0] ?? null
}

/**
 * Returns when certificates expire: for each file in use the certificate that is sent or, for authorities, the first to
 * expire; and the certificates of peers. Files with more than 16 authorities are left out.
 */
export function listExpiries (
  settings: TlsSettings | null,
  files: TlsFiles,
  peers: Iterable<[string, X509Certificate]>,
  now = Date.now()
): CertificateStatistics[] {
  const list = new Map<string, CertificateStatistics>()
  const add = (use: CertificateStatistics['use'], from: string, { subject, validTo }: CertificateFacts): void => {
    list.set(`${use} ${from}`, { use, from, subject, validTo, daysLeft: Math.floor((Date.parse(validTo) - now) / day) })
  }
  settings?.clientCerts.forEach(({ certificate }, i) => {
    const [shown] = findCertificates(files.clientCertificates[i]?.certificate ?? '').valid
    if (shown !== undefined) add('client', certificate, shown)
  })
  settings?.caCerts.forEach((file, i) => {
    const anchors = files.authorities[i] ?? []
    const first = anchors.length > longList ? null : firstToExpire(anchors.map(({ pem }) => pem).join('\n'))
    if (first !== null) add('authority', file, first)
  })
  for (const [address, certificate] of peers) add('peer', address, describeCertificate(certificate))
  return [...list.values()]
}
