import { ClientError, type ClientErrorReason, type Stage } from './client-error.ts'
import { alertOf } from '@floodgate/tls'

/** A diagnosis of a failed call. Contains no credentials. */
export interface Diagnosis {
  readonly stage: Stage
  readonly code: ClientErrorReason
  /** Code of Node or OpenSSL: `ECONNREFUSED`, `CERT_HAS_EXPIRED`; null = there is none. */
  readonly cause: string | null
  readonly sentence: string
}

/** By the code of the cause, if that is more specific than our own message. */
const sentences: Record<string, string> = {
  ECONNREFUSED: 'Nothing listens at that address: check host and port, and whether the service is running.',
  EHOSTUNREACH: 'There is no route to that host: check network and firewall.',
  ENETUNREACH: 'There is no route to that network: check network and routes.',
  ETIMEDOUT: 'The host does not answer: a firewall may drop the packets.',
  ENOTFOUND: 'The host name does not exist: check its spelling and the DNS of this machine.',
  EAI_AGAIN: 'The DNS server of this machine does not answer.',
  CERT_HAS_EXPIRED: 'The certificate of the server, or of one of its issuers, has expired: it must be renewed there.',
  CERT_NOT_YET_VALID: 'The certificate of the server is not valid yet: check the clocks on both sides.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The server has a self-signed certificate: add it to ca_certs to trust it.',
  SELF_SIGNED_CERT_IN_CHAIN: 'The root certificate of the server is not trusted here: add it to ca_certs.',
  UNABLE_TO_GET_ISSUER_CERT: 'The issuer of the server\'s certificate is not trusted here: add it to ca_certs.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'The issuer of the server\'s certificate is not trusted here: add it to ca_certs.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'The server does not send the intermediate certificates: it should, or add them to ca_certs.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate is for other names than the one that was used: use one of them in the address of the server.',
  CERT_KEY_NOT_PINNED: 'No certificate of the server has a pinned key: the connection may be intercepted, or the server has a new key, which must be added to pins.',
  ERR_TLS_HANDSHAKE_TIMEOUT: 'The port accepts connections but does not answer TLS: check that it speaks TLS, and that the service behind it responds.',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'The server only supports TLS versions that are not allowed: lower min_version to allow them.',
  ERR_SSL_WRONG_VERSION_NUMBER: 'The port does not speak TLS: it may be plain http.',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'The port does not speak TLS: it may be plain http.'
}

/** By the alert that the server ended TLS with. */
const alerts: Record<string, string> = {
  protocol_version: 'The server does not support the offered TLS versions: with client_tls that is only TLS 1.3, unless min_version is set.',
  internal_error: 'The server failed in the handshake: it may not serve the requested name.',
  unrecognized_name: 'The server does not serve the requested name.',
  handshake_failure: 'The server accepted no cipher suite, curve or client certificate: compare cipher_suites, curve_preferences and client_certs with its requirements.',
  no_application_protocol: 'The server does not speak HTTP/1.1: "http2": true under "floodgate" in backend/http/client offers HTTP/2.',
  insufficient_security: 'No cipher suite is strong enough for the server: compare cipher_suites with its requirements.',
  certificate_required: 'The server requires a client certificate and did not accept the one sent, if any: set client_certs.',
  unknown_ca: 'The server does not trust the issuer of the client certificate.',
  bad_certificate: 'The server refuses the client certificate.',
  certificate_unknown: 'The server refuses the client certificate.',
  unsupported_certificate: 'The server does not support this type of client certificate.',
  certificate_expired: 'The client certificate has expired, or the clock of the server is wrong.',
  certificate_revoked: 'The client certificate is revoked.',
  access_denied: 'The server denies access to the subject of the client certificate.'
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

/** Returns the most specific code, of the innermost cause that has one: an AggregateError's first, a wrapper's last. */
function findCause (error: unknown): string | null {
  if (!(error instanceof Error)) return null
  if (error instanceof ClientError) return findCause(error.cause)
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause
  return findCause(inner) ?? (error as NodeJS.ErrnoException).code ?? null
}

function capitalize (text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
