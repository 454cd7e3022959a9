/**
 * Says whether an error code of a handshake is about the certificate of the other side: the X509_V_ERR names as Node writes
 * them, and its own check of the name. `UNSPECIFIED` are those it knows no name for, a weak signature or a name constraint:
 * the message tells.
 */
export function isCertificateError (code: string | null | undefined): boolean {
  return code != null && /^(?:ERR_TLS_CERT|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|INVALID_|PATH_LENGTH|HOSTNAME_|ERROR_IN_CERT|CA_|EE_|PERMITTED_|EXCLUDED_|UNSPECIFIED$)/.test(code)
}
