import { createHash, X509Certificate } from 'node:crypto'

/**
 * Returns whether a server's chain, its own certificate first, has a certificate with a pinned key. A server can send
 * certificates of others: they only count as far as each has signed the previous one.
 *
 * @param pins SHA-256 of SubjectPublicKeyInfo, base64
 */
export function isPinned (chain: readonly Buffer[], pins: ReadonlySet<string>): boolean {
  let below: X509Certificate | null = null
  for (const raw of chain) {
    const certificate = new X509Certificate(raw)
    if (below !== null && !below.verify(certificate.publicKey)) return false
    if (pins.has(hashKey(certificate))) return true
    below = certificate
  }
  return false
}

/** Returns the keys of a chain in the format of pins, for messages. */
export function listKeys (chain: readonly Buffer[]): string[] {
  return chain.map((raw) => `sha256/${hashKey(new X509Certificate(raw))}`)
}

function hashKey (certificate: X509Certificate): string {
  return createHash('sha256').update(certificate.publicKey.export({ type: 'spki', format: 'der' })).digest('base64')
}
