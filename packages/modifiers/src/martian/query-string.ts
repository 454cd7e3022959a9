/** Path and query of a target, without the question mark. */
export function splitTarget (target: string): [path: string, query: string] {
  const at = target.indexOf('?')
  return at === -1 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)]
}

/** Reads a query as Go's url.ParseQuery: pairs with a semicolon or a broken escape are left out. */
export function parseQuery (query: string): [string, string][] {
  return query.split('&').flatMap((part): [string, string][] => {
    if (part === '' || part.includes(';')) return []
    const at = part.indexOf('=')
    try {
      const read = (text: string) => decodeURIComponent(text.replaceAll('+', ' '))
      return [[read(at === -1 ? part : part.slice(0, at)), at === -1 ? '' : read(part.slice(at + 1))]]
    } catch {
      return []
    }
  })
}

/** Writes a query as Go's Values.Encode: names sorted by byte, values of one name in their order. */
export function writeQuery (pairs: readonly (readonly [string, string])[]): string {
  return pairs
    .map(([name, value], at) => ({ name: Buffer.from(name), text: `${escapeForm(name)}=${escapeForm(value)}`, at }))
    .sort((a, b) => Buffer.compare(a.name, b.name) || a.at - b.at)
    .map(({ text }) => text)
    .join('&')
}

/** Escapes as Go's url.QueryEscape: a blank is a plus, and only letters, digits and - _ . ~ stay. */
function escapeForm (text: string): string {
  return encodeURIComponent(text.toWellFormed?.() ?? text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`).replaceAll('%20', '+')
}
