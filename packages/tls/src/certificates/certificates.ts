import { createHash, X509Certificate } from 'node:crypto'
import { readRegularFile } from '../files/read-file.ts'
import type { TlsSettings } from '@floodgate/settings'

/** Facts about a certificate. Names are on one line, dates are ISO 8601. */
export interface CertificateFacts {
  readonly subject: string
  readonly issuer: string
  /** Subject alternative names, as `DNS:example.com` and `IP Address:10.0.0.1`. */
  readonly names: readonly string[]
  readonly validFrom: string
  readonly validTo: string
  /** SHA-256 of the whole certificate, as pairs of hex digits with colons. */
  readonly fingerprint: string
  /** Whether it may issue other certificates. */
  readonly authority: boolean
}

/** A certificate and its file. */
export interface CertificateInfo extends CertificateFacts {
  readonly file: string
}

export interface CertificatesOfClient {
  /** Of `ca_certs`, in the order of the files and of the blocks in them. */
  readonly authorities: readonly CertificateInfo[]
  /** The first certificate of each pair of `client_certs`: the one that is sent. */
  readonly clientCertificates: readonly CertificateInfo[]
}

/** Certificates of a PEM text: those that can be parsed, and the total number. */
export interface CertificatesFound {
  readonly total: number
  readonly valid: readonly CertificateFacts[]
}

export const certificateBlock = /-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g

/**
 * Returns subject, issuer, names and dates of all certificates that settings name, for tables and metrics. Reads the
 * files as they are now; missing and invalid files are skipped. The system's store is not listed.
 */
export function describeCertificates (tls: TlsSettings | null): CertificatesOfClient {
  const describe = (file: string): CertificateInfo[] => readFile(file).map((facts) => ({ file, ...facts }))
  return {
    authorities: (tls?.caCerts ?? []).flatMap(describe),
    clientCertificates: (tls?.clientCerts ?? []).flatMap(({ certificate }) => describe(certificate).slice(0, 1))
  }
}

const found = new Map<string, CertificatesFound>()

/** Parses all certificates of a PEM text. Many settings may name one bundle: equal texts are parsed once. */
export function findCertificates (text: string): CertificatesFound {
  const digest = createHash('sha256').update(text).digest('base64')
  const known = found.get(digest)
  if (known) return known
  const blocks = text.match(certificateBlock) ?? []
  const certificates = { total: blocks.length, valid: blocks.flatMap((block) => readFacts(block) ?? []) }
  // Files change while a gateway runs: unused entries are not kept forever.
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

/** Parses a certificate, PEM or DER; null if it is invalid. */
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
