/** Why tokens are refused, as the log says it, and the short form of metrics. */
export const refusals: Readonly<Record<string, string>> = {
  'there is no token': 'missing',
  'it is not a signed JSON Web Token in compact form': 'malformed',
  'its key id is too long': 'malformed',
  'its claims are not a JSON object': 'malformed',
  'exp, nbf or iat is not a number of seconds': 'malformed',
  'iss, sub or jti is not a string': 'malformed',
  'aud is neither a string nor a list of strings': 'malformed',
  'its algorithm is not the configured one': 'algorithm',
  'its key is unknown': 'unknown_key',
  'its signature is invalid': 'signature',
  'it has expired': 'expired',
  'it is not valid yet': 'not_yet_valid',
  'it was issued in the future': 'not_yet_valid',
  'its issuer is not the configured one': 'issuer',
  'it has no audience': 'audience',
  'its audience is not the configured one': 'audience',
  'it was revoked': 'revoked',
  'it has none of the required roles': 'roles',
  'it does not have the required scopes': 'scopes'
}

/** The short form of a reason. */
export function shortReason (reason: string): string {
  return refusals[reason] ?? 'other'
}
