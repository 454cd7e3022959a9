const REFERENCE = /\$(?:\$|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu

/**
 * Cuts a replacement of Go's regexp package into texts and numbers of groups. `$name` takes as long a name as it can; a
 * name or number that the expression does not have is nothing.
 *
 * @param named numbers of the groups that have a name
 */
export function parseReplacement (template: string, named: ReadonlyMap<string, number>): (string | number)[] {
  const parts: (string | number)[] = []
  let at = 0
  for (const match of template.matchAll(REFERENCE)) {
    parts.push(template.slice(at, match.index))
    at = match.index + match[0].length
    const name = match[1] ?? match[2]
    if (name === undefined) parts.push('$')
    else if (/^(?:0|[1-9][0-9]{0,8})$/.test(name)) parts.push(Number(name))
    else if (named.has(name)) parts.push(named.get(name)!)
  }
  parts.push(template.slice(at))
  return parts
}
