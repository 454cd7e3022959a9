const OTHER = /[^a-z0-9]/g

/**
 * Whether a header's name is another one, which CGI, WSGI and their kind hand to a program as if it were this one: they
 * write whatever is no letter and no digit as `_`. Both names in lower case.
 */
export function readsLike (other: string, name: string): boolean {
  return other.length === name.length && other !== name && other.replace(OTHER, '-') === name.replace(OTHER, '-')
}
