const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

/** Whether a text can be the name of a header: a token of RFC 9110, section 5.6.2. */
export function isHeaderName (text: string): boolean {
  return TOKEN.test(text)
}

/**
 * Writes a header's name as Go does (net/textproto, `CanonicalMIMEHeaderKey`): `X-Request-Id`; what cannot be a name
 * stays as it is.
 */
export function canonicalName (name: string): string {
  return isHeaderName(name) ? name.toLowerCase().replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase()) : name
}
