/**
 * Returns the name of the alert (RFC 8446, 6) with which a server ended TLS: `handshake_failure`; null if the code is
 * not an alert. OpenSSL uses several prefixes for the protocol.
 */
export function alertOf (code: string | null | undefined): string | null {
  return /^ERR_SSL_.*_ALERT_([A-Z_]+)$/.exec(code ?? '')?.[1]?.toLowerCase() ?? null
}
