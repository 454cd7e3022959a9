/**
 * Names the alert (RFC 8446, 6) that a server ended TLS with: `handshake_failure`; null = the code is of none. OpenSSL
 * writes the protocol in front in several ways.
 */
export function alertOf (code: string | null | undefined): string | null {
  return /^ERR_SSL_.*_ALERT_([A-Z_]+)$/.exec(code ?? '')?.[1]?.toLowerCase() ?? null
}
