import { ClientError, type ClientErrorReason, type Stage } from './client-error.ts'
import { alertOf } from '@floodgate/tls'

/** A failed call in terms of what to do about it. Holds no credentials. */
export interface Diagnosis {
  readonly stage: Stage
  readonly code: ClientErrorReason
  /** What Node or OpenSSL called it: `ECONNREFUSED`, `CERT_HAS_EXPIRED`; null = nothing below knew. */
  readonly cause: string | null
  readonly sentence: string
}

/** By the code of the cause, where that says more than our own message. */
const sentences: Record<string, string> = {
  ECONNREFUSED: 'Nothing listens at that address: check host and port, and whether the service runs.',
  EHOSTUNREACH: 'There is no way to that host from here: check network and firewall.',
  ENETUNREACH: 'There is no way to that network from here: check network and routes.',
  ETIMEDOUT: 'The host does not answer: a firewall may drop the packets.',
  ENOTFOUND: 'The host name does not exist: check its spelling and the DNS of this machine.',
  EAI_AGAIN: 'The DNS of this machine does not answer.',
  CERT_HAS_EXPIRED: 'The certificate of the server, or one it was issued by, has expired: it has to be renewed there.',
  CERT_NOT_YET_VALID: 'The certificate of the server is not valid yet: check the clocks on both sides.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The server shows a certificate that it signed itself: add that to ca_certs to trust it.',
  SELF_SIGNED_CERT_IN_CHAIN: 'The root certificate of the server is not trusted here: add it to ca_certs.',
  UNABLE_TO_GET_ISSUER_CERT: 'The issuer of the server\'s certificate is not trusted here: add it to ca_certs.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'The issuer of the server\'s certificate is not trusted here: add it to ca_certs.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'The server does not send the intermediate certificates: it should, or add them to ca_certs.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate is for other names than the one that was called: call the server by one of them.',
  CERT_KEY_NOT_PINNED: 'No certificate of the server has a pinned key: somebody may be in between, or the server has a new key, which then has to be added to pins.',
  ERR_TLS_HANDSHAKE_TIMEOUT: 'The port takes connections and does not answer TLS: check that it speaks TLS, and that the service behind it is not stuck.',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'The server speaks only TLS versions that are not allowed: lower min_version to take them.',
  ERR_SSL_WRONG_VERSION_NUMBER: 'The port does not speak TLS: it may be plain http.',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'The port does not speak TLS: it may be plain http.'
}

/** By the alert that the server ended TLS with. */
const alerts: Record<string, string> = {
  protocol_version: 'The server does not speak the TLS versions that are offered: with client_tls that is TLS 1.3 alone, unless min_version says otherwise.',
  internal_error: 'The server failed in the handshake: it may not know the name it was called by.',
  unrecognized_name: 'The server does not know the name it was called by.',
  handshake_failure: 'The server found no cipher suite, curve or client certificate to its liking: compare cipher_suites, curve_preferences and client_certs with what it asks for.',
  no_application_protocol: 'The server does not speak HTTP/1.1: "http2": true under "floodgate" in backend/http/client offers HTTP/2.',
  insufficient_security: 'The server found no cipher suite that is strong enough for it: compare cipher_suites with what it takes.',
  certificate_required: 'The server asks for a client certificate and got none that it accepts: set client_certs.',
  unknown_ca: 'The server does not trust the issuer of the client certificate.',
  bad_certificate: 'The server refuses the client certificate.',
  certificate_unknown: 'The server refuses the client certificate.',
  unsupported_certificate: 'The server takes no client certificate of this kind.',
  certificate_expired: 'The client certificate has expired, or the clock of the server is wrong.',
  certificate_revoked: 'The client certificate is revoked.',
  access_denied: 'The server does not let in whom the client certificate names.'
}

/** Returns where a call failed, why, and what to do; null = it is not an error of this client, but the reason of an abort. */
export function diagnose (error: unknown): Diagnosis | null {
  const known = findClientError(error)
  if (known === null) return null
  const cause = findCause(known.cause)
  return { stage: known.stage, code: known.reason, cause, sentence: adviseOn(cause) ?? capitalize(known.message) }
}

function adviseOn (cause: string | null): string | undefined {
  return sentences[cause ?? ''] ?? alerts[alertOf(cause) ?? '']
}

/** fetch wraps what it fails with. */
function findClientError (error: unknown): ClientError | null {
  for (let inner = error; inner instanceof Error; inner = inner.cause) if (inner instanceof ClientError) return inner
  return null
}

/** The code that tells most, of the innermost cause that has one: an AggregateError's first, a wrapper's last. */
function findCause (error: unknown): string | null {
  if (!(error instanceof Error)) return null
  if (error instanceof ClientError) return findCause(error.cause)
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause
  return findCause(inner) ?? (error as NodeJS.ErrnoException).code ?? null
}

function capitalize (text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
