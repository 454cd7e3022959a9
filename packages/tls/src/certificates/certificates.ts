import { createHash, X509Certificate } from 'node:crypto'
import { readRegularFile } from '../files/read-file.ts'
import type { TlsSettings } from '@floodgate/settings'

/** What a certificate says of itself. Names are on one line, dates are ISO 8601. */
export interface CertificateFacts {
  readonly subject: string
  readonly issuer: string
  /** Subject alternative names, as `DNS:example.com` and `IP Address:10.0.0.1`. */
  readonly names: readonly string[]
  readonly validFrom: string
  readonly validTo: string
  /** SHA-256 of the whole certificate, as pairs of hex digits with colons. */
  readonly fingerprint: string
  /** May issue others. */
  readonly authority: boolean
}

/** A certificate and the file it stands in. */
export interface CertificateInfo extends CertificateFacts {
  readonly file: string
}

export interface CertificatesOfClient {
  /** Of `ca_certs`, in the order of the files and of the blocks in them. */
  readonly authorities: readonly CertificateInfo[]
  /** The first certificate of each pair of `client_certs`: the one that is shown. */
  readonly clientCertificates: readonly CertificateInfo[]
}

/** Certificates of a PEM text: those that can be read, of how many there are. */
export interface CertificatesFound {
  readonly total: number
  readonly valid: readonly CertificateFacts[]
}

export const certificateBlock = /-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g

/**
 * Tells subject, issuer, names and dates of all certificates that settings name, for tables and counters. Reads the
 * files as they are now; one that is gone or broken adds nothing. The system's own store is not listed.
 */
export function describeCertificates (tls: TlsSettings | null): CertificatesOfClient {
  const describe = (file: string): CertificateInfo[] => readFile(file).map((facts) => ({ file, ...facts }))
  return {
    authorities: (tls?.caCerts ?? []).flatMap(describe),
    clientCertificates: (tls?.clientCerts ?? []).flatMap(({ certificate }) => describe(certificate).slice(0, 1))
  }
}

const found = new Map<string, CertificatesFound>()

/** Reads all certificates of a PEM text. Many settings name one bundle: equal texts are read once. */
export function findCertificates (text: string): CertificatesFound {
  const digest = createHash('sha256').update(text).digest('base64')
  const known = found.get(digest)
  if (known) return known
  const blocks = text.match(certificateBlock) ?? []
  const certificates = { total: blocks.length, valid: blocks.flatMap((block) => readFacts(block) ?? []) }
  // Files change while a gateway runs: what nobody asked for since is not kept for good.
  if (found.size >= 64) found.clear()
  found.set(digest, certificates)
  return certificates
}

function readFile (file: string): readonly CertificateFacts[] {
  try {
    return findCertificates(readRegularFile(file).toString('latin1')).valid
  } catch {
    return []
  }
}

/** Reads a certificate, PEM or DER; null = it is none. */
export function readFacts (text: string | Buffer): CertificateFacts | null {
  try {
    return describeCertificate(new X509Certificate(text))
  } catch {
    return null
  }
}

export function describeCertificate (certificate: X509Certificate): CertificateFacts {
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    names: certificate.subjectAltName?.split(', ') ?? [],
    validFrom: new Date(certificate.validFrom).toISOString(),
    validTo: new Date(certificate.validTo).toISOString(),
    fingerprint: certificate.fingerprint256,
    authority: certificate.ca
  }
}

/** OpenSSL writes a name over several lines; an empty one is undefined. */
function oneLine (name: string | undefined): string {
  return (name ?? '').split('\n').join(', ')
}
