/** Returns a request target, a url_pattern or a path without its query, which may carry secrets. */
export function withoutQuery (target: string): string {
  const end = target.indexOf('?')
  return end < 0 ? target : target.slice(0, end)
}
