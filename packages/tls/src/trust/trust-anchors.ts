import { readNamesOfAll } from '../certificates/certificate-names.ts'

/** A certificate that may be trusted: its PEM text, and its subject as in {@link CertificateNames}. */
export interface Anchor {
  readonly pem: string
  readonly subject: string
}

/** Splits a PEM text into its certificates. */
export function readAnchors (text: string): Anchor[] {
  return readNamesOfAll(text).map(({ pem, subject }) => ({ pem, subject }))
}
