const OTHER = /[^a-z0-9]/g

/**
 * Returns whether a header has another name that CGI, WSGI and similar interfaces treat as equal: they replace every
 * character except letters and digits by `_`. Both names are in lower case.
 */
export function isCgiAlias (other: string, name: string): boolean {
  return other.length === name.length && other !== name && other.replace(OTHER, '-') === name.replace(OTHER, '-')
}
