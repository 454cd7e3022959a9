import type { Random } from '../../attacks/random.mjs'

const names = ['a', 'b', 'item', 'ns:name', 'Title']
const texts = ['', 'x', 'two words', '1', ' padded ', '&amp;&lt;', '<![CDATA[<raw>&]]>', 'ü', '&#233;', '\n  ']

/** An XML document of elements, attributes, texts and comments. */
export function xmlText (random: Random): string {
  return `${random.of(['', '<?xml version="1.0"?>', '<?xml version="1.0" encoding="UTF-8"?>\n'])}${element(random, 3)}`
}

function element (random: Random, depth: number): string {
  const name = random.of(names)
  const attributes = random.chance(0.3) ? ` ${random.of(['id', 'n:x', 'class'])}="${random.of(['1', '', 'a &amp; b', 'ü'])}"` : ''
  const inner = depth > 0 && random.chance(0.65)
    ? Array.from({ length: random.between(0, 4) }, () => (random.chance(0.1) ? '<!-- c -->' : '') + element(random, depth - 1) + (random.chance(0.08) ? 'mixed' : '')).join(random.of(['', '\n']))
    : random.of(texts)
  return inner === '' && random.chance(0.5) ? `<${name}${attributes}/>` : `<${name}${attributes}>${inner}</${name}>`
}

/** A feed: RSS 2.0 or Atom. */
export function feedText (random: Random): string {
  const items = Array.from({ length: random.between(0, 3) }, (_, i) => i)
  const title = random.of(['T', 'Tom &amp; Jerry', '<![CDATA[<b>x</b>]]>', ''])
  if (random.chance(0.3)) {
    return `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>${title}</title><id>urn:f</id><updated>2024-01-02T03:04:05Z</updated>${items.map((i) => `<entry><title>E${i}</title><id>urn:${i}</id><link href="http://x.test/${i}"/><updated>2024-01-02T03:04:0${i}Z</updated>${random.of(['', '<summary>s</summary>'])}</entry>`).join('')}</feed>`
  }
  return `<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>${title}</title><link>http://x.test/</link><description>${random.of(['D', ''])}</description>${items.map((i) => `<item><title>I${i}</title>${random.of(['', `<link>http://x.test/${i}</link>`])}${random.of(['', '<description>d &lt;b&gt;</description>'])}${random.of(['', '<pubDate>Tue, 02 Jan 2024 03:04:05 GMT</pubDate>'])}${random.of(['', '<guid>g</guid>'])}${random.of(['', '<category>c</category><category>d</category>'])}${random.of(['', '<dc:creator>me</dc:creator>'])}</item>`).join('')}</channel></rss>`
}
