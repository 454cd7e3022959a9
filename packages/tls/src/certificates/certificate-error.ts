/**
 * Returns whether an error code of a handshake is about the certificate of the peer: the X509_V_ERR names as Node
 * writes them, and Node's check of the host name. `UNSPECIFIED` is used for errors without a name in Node, such as a
 * weak signature or a name constraint: the message has the details.
 */
export function isCertificateError (code: string | null | undefined): boolean {
  return code != null &&
    /^(?:ERR_TLS_CERT|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|INVALID_|PATH_LENGTH|HOSTNAME_|ERROR_IN_CERT|CA_|EE_|PERMITTED_|EXCLUDED_|UNSPECIFIED$)/.test(code)
}
