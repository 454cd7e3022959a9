/** What can be negotiated, in order of preference; plain text means YAML to the reference. */
const OFFERS = [
  ['application/json', 'json'],
  ['text/plain', 'yaml'],
  ['application/xml', 'xml'],
  ['application/x-yaml', 'yaml']
] as const

/**
 * Chooses an encoding by an Accept header as the reference's router does: the first accepted type that equals, or is a
 * prefix of, one of the offers, regardless of its quality; with a `*`, the first offer that matches up to it. JSON
 * otherwise.
 */
export function negotiate (accept: string | undefined): 'json' | 'xml' | 'yaml' {
  if (accept === undefined) return 'json'
  for (const part of accept.split(',')) {
    const type = part.split(';', 1)[0]!.trim()
    if (type === '') continue
    const wildcard = type.indexOf('*')
    const prefix = wildcard < 0 ? type : type.slice(0, wildcard)
    for (const [offer, encoding] of OFFERS) if (offer.startsWith(prefix)) return encoding
  }
  return 'json'
}
