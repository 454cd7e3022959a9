/**
 * Fields of which HTTP/2 messages have one line: Node throws for a list (lib/internal/http2/util.js,
 * `kSingleValueHeaders`), which a peer may send nevertheless.
 */
const oneLine: ReadonlySet<string> = new Set([
  'access-control-allow-credentials', 'access-control-max-age', 'access-control-request-method', 'age', 'authorization',
  'content-encoding', 'content-language', 'content-length', 'content-location', 'content-md5', 'content-range',
  'content-type', 'date', 'dnt', 'etag', 'expires', 'from', 'host', 'if-match', 'if-modified-since', 'if-none-match',
  'if-range', 'if-unmodified-since', 'last-modified', 'location', 'max-forwards', 'proxy-authorization', 'range',
  'referer', 'retry-after', 'te', 'tk', 'upgrade-insecure-requests', 'user-agent', 'x-content-type-options'
])

/** Those of them that are lists by definition: their lines are one list (RFC 9110, section 5.3). */
const lists: ReadonlySet<string> = new Set(['content-encoding', 'content-language', 'if-match', 'if-none-match'])

/**
 * Returns what HTTP/2 can carry of a field's lines: all of them, or the first line of a field that may appear only once.
 * `name` is in lower case.
 */
export function linesForHttp2 (name: string, lines: string[]): string | string[] {
  if (!oneLine.has(name)) return lines
  return lists.has(name) ? lines.join(', ') : lines[0] ?? ''
}
