import t from 'tap'
import { JsonText, stringifyExact } from '@floodgate/core'
import { countedJsonBytes, maxJsonContainers, maxJsonDepth, maxXmlDepth, maxXmlNodes, maxYamlTokens } from '../../src/decode/bounds.ts'
import { createDecoder } from '../../src/decode/create-decoder.ts'

/** What a decoder makes of a body, as JSON text. */
function decoded (body: string | Buffer, encoding = 'json', isCollection = false, exact = false): string {
  const content = createDecoder(encoding, isCollection, exact)(Buffer.from(body as string))
  return content instanceof JsonText ? content.bytes.toString() : stringifyExact(content)
}

const fails = { code: 'FG_ERR_AGGREGATE_DECODE' }

t.test('json: keeps an object\'s own text, and reads it exactly where it will be changed', async (t) => {
  t.equal(decoded('{ "a": 1.50 }'), '{ "a": 1.50 }')
  t.equal(decoded('{ "a": 1.50 }', 'json', false, true), '{"a":1.50}')
  const body = Buffer.from('{"a":1}')
  t.equal((createDecoder('json', false, false)(body) as JsonText).bytes, body, 'no copy')
})

t.test('json: takes an object or null, nothing else', async (t) => {
  t.equal(decoded('null'), 'null')
  t.equal(decoded('{}'), '{}')
  for (const exact of [true, false]) {
    for (const body of ['[1]', '"text"', '42', 'true', '', ' ', '{"a":1', '\ufeff{}', '<html>', '{"a":01}', '{"a":1.0,}']) t.throws(() => decoded(body, 'json', false, exact), fails, body)
  }
})

t.test('json: is_collection takes a list or null and puts it under collection', async (t) => {
  t.equal(decoded('[1.0]', 'json', true), '{"collection":[1.0]}')
  t.equal(decoded('[1.0]', 'json', true, true), '{"collection":[1.0]}')
  t.equal(decoded('null', 'json', true), '{"collection":null}')
  t.throws(() => decoded('{"a":1}', 'json', true), fails)
})

t.test('safejson: takes anything; unknown encodings are json', async (t) => {
  t.equal(decoded('{"a":1}', 'safejson'), '{"a":1}')
  t.equal(decoded('[1]', 'safejson', false), '{"collection":[1]}')
  t.equal(decoded('1.0', 'safejson'), '{"content":1.0}')
  t.equal(decoded('1.0', 'safejson', false, true), '{"content":1.0}')
  t.equal(decoded('null', 'safejson'), '{"content":null}')
  t.equal(decoded('{"a":1}', 'made-up'), '{"a":1}')
})

t.test('json: ignores what follows the first value', async (t) => {
  for (const exact of [true, false]) {
    t.equal(decoded('{"a":1.0} garbage', 'json', false, exact), '{"a":1.0}')
    t.equal(decoded('{"a":"}"}{"b":2}', 'json', false, exact), '{"a":"}"}')
    t.equal(decoded('nullish', 'json', false, exact), 'null')
    t.throws(() => decoded('{"a":x} y', 'json', false, exact), fails)
  }
})

t.test('string: puts the body under content', async (t) => {
  t.equal(decoded('Hä {', 'string'), '{"content":"Hä {"}')
  t.equal(decoded('', 'string'), '{"content":""}')
})

t.test('xml: decodes as mxj does', async (t) => {
  const cases: Record<string, string> = {
    '<?xml version="1.0"?><u><n>Ann</n><a>7</a></u>': '{"u":{"n":"Ann","a":"7"}}',
    '<u id="7"><n lang=\'en\'>Ann</n></u>': '{"u":{"-id":"7","n":{"-lang":"en","#text":"Ann"}}}',
    '<u><x>a</x><x>b</x><x/><y/></u>': '{"u":{"x":["a","b",""],"y":""}}',
    '<p>one<b>two</b>three</p>': '{"p":{"b":"two","#text":"one"}}',
    '<a>one<b/>two</a>': '{"a":{"b":"","#text":"one"}}',
    '<a>one<!-- c -->two<b/></a>': '{"a":{"b":"","#text":"two"}}',
    '<a k="v">t<b>1</b></a>': '{"a":{"-k":"v","#text":"t","b":"1"}}',
    '<a>x<b>1</b>y<b>2</b></a>': '{"a":{"b":["1","2"],"#text":"x"}}',
    '<a> <b>1</b> t </a>': '{"a":{"b":"1","#text":"t"}}',
    '<p><b>two</b>three</p>': '{"p":{"b":"two","#text":"three"}}',
    '<p>a<!-- c -->b</p>': '{"p":"b"}',
    '<p a="&lt;">&amp; &#233;&#xe9; &quot;</p>': '{"p":{"-a":"<","#text":"& éé \\""}}',
    '<p><![CDATA[<raw> ]]></p>': '{"p":"<raw>"}',
    '<s:e xmlns:s="urn:x" s:a="1"><s:b>2</s:b></s:e>': '{"e":{"-s":"urn:x","-a":"1","b":"2"}}',
    '<p xmlns="urn:x"/>': '{"p":{"-xmlns":"urn:x"}}',
    '\ufeff stray <!DOCTYPE p [<!ENTITY a "x>">]><p/> behind <': '{"p":""}',
    '<p>\r\n <q> 1\r\n2 </q></p>': '{"p":{"q":"1\\n2"}}',
    '<p><__proto__>1</__proto__><constructor>2</constructor></p>': '{"p":{"__proto__":"1","constructor":"2"}}'
  }
  for (const [xml, json] of Object.entries(cases)) t.equal(decoded(xml, 'xml'), json, xml)
  t.equal(decoded('<l><i>1</i></l>', 'xml', true), '{"collection":{"l":{"i":"1"}}}')
})

t.test('xml: reads the encoding the document declares', async (t) => {
  for (const label of ['windows-1252', 'Windows-1252', 'ISO-8859-1', 'latin1']) {
    const high = Buffer.concat([Buffer.from(`<?xml version="1.0" encoding="${label}"?><p>`), Buffer.from([0x80, 0x93, 0x9f, 0xa0, 0xff]), Buffer.from('</p>')])
    t.equal(decoded(high, 'xml'), '{"p":"€“Ÿ\xa0ÿ"}', label)
  }
  const xml = Buffer.concat([Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><p>'), Buffer.from([0xe9]), Buffer.from('</p>')])
  t.equal(decoded(xml, 'xml'), '{"p":"é"}')
  t.throws(() => decoded(Buffer.from([0x3c, 0x70, 0x3e, 0xe9, 0x3c, 0x2f, 0x70, 0x3e]), 'xml'), fails)
  t.throws(() => decoded('<?xml version="1.0" encoding="made-up"?><p/>', 'xml'), fails)
})

t.test('xml: refuses what is not well-formed', async (t) => {
  const broken = [
    '', 'text', '<p><q></p>', '<p>', '<p', '<p a=1/>', '<p a/>', '<p a="1/>', '<p a="<"/>', '<p>&copy;</p>', '<p>&lt</p>', '<p>&#0;</p>', '<p>&#x110000;</p>',
    '<p>]]></p>', '<p><!-- -- --></p>', '<p><![CDATA[</p>', '<1/>', '< p/>', '<p>\u0000</p>', '<?xml version="1.1"?><p/>', '</p>', '<!DOCTYPE p', '<?pi', '<p></p x>'
  ]
  for (const xml of broken) t.throws(() => decoded(xml, 'xml'), fails, xml)
})

t.test('xml: does not slow down on long white space', async () => {
  decoded(`<p>${' '.repeat(200_000)}x${' '.repeat(200_000)}</p>`, 'xml')
})

t.test('rss: decodes RSS 2.0', async (t) => {
  const feed = JSON.parse(decoded(`<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="c"><channel>
    <title>News &amp; more</title><link>https://n.test</link><description>All</description><language>en_us</language>
    <copyright>c</copyright><pubDate>Mon, 02 Jan 2006 15:04:05 GMT</pubDate><managingEditor>ann@n.test (Ann)</managingEditor>
    <category>a</category><category>b</category><image><url>https://n.test/i.png</url></image>
    <item><title>One</title><link>https://n.test/1</link><description><![CDATA[<b>1</b>]]></description><pubDate>Mon, 02 Jan 2006 15:04:05 GMT</pubDate><guid>g1</guid><dc:creator>Bob</dc:creator><enclosure url="u" length="1" type="audio/mpeg"/></item>
    <item><title>Two</title></item></channel></rss>`, 'rss'))
  t.same(feed, {
    items: [
      { title: 'One', link: 'https://n.test/1', links: ['https://n.test/1'], description: '<b>1</b>', published: 'Mon, 02 Jan 2006 15:04:05 GMT', publishedParsed: '2006-01-02T15:04:05Z', author: { name: 'Bob' }, authors: [{ name: 'Bob' }], guid: 'g1', enclosures: [{ url: 'u', length: '1', type: 'audio/mpeg' }], dcExt: { creator: ['Bob'] }, extensions: { dc: { creator: [{ name: 'creator', value: 'Bob', attrs: {}, children: {} }] } } },
      { title: 'Two' }
    ],
    type: 'rss',
    title: 'News & more',
    description: 'All',
    language: 'en_us',
    copyright: 'c',
    published: 'Mon, 02 Jan 2006 15:04:05 GMT',
    updated: '',
    author: { name: 'Ann', email: 'ann@n.test' },
    categories: ['a', 'b'],
    custom: null,
    img_url: 'https://n.test/i.png'
  })
})

t.test('rss: items have their extensions, by prefix and name', async (t) => {
  const item = '<title>One</title><content:encoded>c</content:encoded><dc:creator>Bob</dc:creator><dc:creator>Eve</dc:creator><media:group x="1"><media:thumb url="u"/>t</media:group><itunes:duration>1:00</itunes:duration><itunes:image href="i"/>'
  const { items: [one, two] } = JSON.parse(decoded(`<rss version="2.0" xmlns:dc="d" xmlns:media="m" xmlns:itunes="i"><channel><item>${item}</item><item><title>Two</title></item></channel></rss>`, 'rss'))
  t.same(one.dcExt, { creator: ['Bob', 'Eve'] })
  t.same(one.itunesExt, { duration: '1:00', image: 'i' })
  t.same(one.extensions, {
    dc: { creator: [{ name: 'creator', value: 'Bob', attrs: {}, children: {} }, { name: 'creator', value: 'Eve', attrs: {}, children: {} }] },
    media: { group: [{ name: 'group', value: 't', attrs: { x: '1' }, children: { thumb: [{ name: 'thumb', value: '', attrs: { url: 'u' }, children: {} }] } }] },
    itunes: { duration: [{ name: 'duration', value: '1:00', attrs: {}, children: {} }], image: [{ name: 'image', value: '', attrs: { href: 'i' }, children: {} }] }
  })
  t.same(two, { title: 'Two' })
})

t.test('rss: decodes Atom, and refuses other XML', async (t) => {
  const feed = JSON.parse(decoded('<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><updated>2024-01-01T00:00:00Z</updated><author><name>Ann</name></author><entry><title>E</title><id>i</id><link href="h"/><updated>2024-01-02T00:00:00Z</updated><category term="c"/></entry></feed>', 'rss'))
  t.match(feed, { type: 'atom', title: 'T', updated: '2024-01-01T00:00:00Z', author: { name: 'Ann' }, categories: null, items: [{ title: 'E', guid: 'i', link: 'h', links: ['h'], categories: ['c'], updatedParsed: '2024-01-02T00:00:00Z' }] })
  t.throws(() => decoded('<p/>', 'rss'), fails)
  t.throws(() => decoded('', 'rss'), fails)
})

t.test('yaml: decodes a mapping, or a list where one is expected, its numbers as Go reads them', async (t) => {
  t.equal(decoded('a: 1.50\nb: [12345678901234567890, -0, 1e3, 7]\nc: text\nd: ~\n', 'yaml'), '{"a":1.5,"b":[12345678901234567890,0,1000,7],"c":"text","d":null}')
  t.equal(decoded('- 1.0\n- a\n', 'yaml', true), '{"collection":[1,"a"]}')
  t.equal(decoded('[-9223372036854775808, 18446744073709551615, 123456789012345678901, 1e30, 0x1f, 1.25e-7]', 'yaml', true), '{"collection":[-9223372036854775808,18446744073709551615,123456789012345680000,1e+30,31,1.25e-7]}')
  t.equal(decoded('', 'yaml'), 'null')
  for (const [yaml, list] of [['- 1', false], ['a: 1', true], ['text', false], ['a: [', false], ['a: 1\na: 2', false]] as const) t.throws(() => decoded(yaml, 'yaml', list), fails, yaml)
})

t.test('yaml: refuses a few lines that stand for billions', async (t) => {
  const laughs = Array.from({ length: 9 }, (_, i) => `a${i}: &a${i} [${Array(9).fill(i === 0 ? 'x' : `*a${i - 1}`).join(', ')}]`).join('\n')
  t.throws(() => decoded(laughs, 'yaml'), fails)
})

t.test('json: refuses more than 10,000 levels, or 2,000,000 objects and lists', async (t) => {
  const nested = (levels: number) => `{"a":${'['.repeat(levels - 1)}"${'x'.repeat(countedJsonBytes)}"${']'.repeat(levels - 1)}}`
  const tooWide = Buffer.from(`{"a":[${'[],'.repeat(maxJsonContainers - 1)}0]}`)
  for (const options of [[false, false], [false, true], [true, false]] as const) {
    const [exact, unread] = options
    const decode = createDecoder('json', false, exact, unread)
    t.ok(decode(Buffer.from(nested(maxJsonDepth))))
    t.throws(() => decode(Buffer.from(nested(maxJsonDepth + 1))), { ...fails, message: /more than 10000 levels/ })
    t.throws(() => decode(tooWide), { ...fails, message: /more than 2000000 objects and lists/ })
  }
  t.ok(decoded(`{"a":"${'[{'.repeat(countedJsonBytes)}\\"["}`), 'brackets in a text are none')
})

t.test('xml: refuses more than 1,000 levels, or 1,000,000 elements and attributes', async (t) => {
  const nested = (levels: number) => '<a>'.repeat(levels) + '</a>'.repeat(levels)
  t.ok(decoded(nested(maxXmlDepth), 'xml'))
  t.throws(() => decoded(nested(maxXmlDepth + 1), 'xml'), { ...fails, message: /more than 1000 levels/ })
  t.throws(() => decoded(`<a>${'<b/>'.repeat(maxXmlNodes)}</a>`, 'xml'), { ...fails, message: /more than 1000000 elements/ })
  t.throws(() => decoded(`<a ${'b="" '.repeat(maxXmlNodes + 1)}/>`, 'xml'), { ...fails, message: /more than 1000000 elements/ })
})

t.test('rss: refuses more than 1,000 levels, or 1,000,000 elements and attributes', async (t) => {
  t.throws(() => decoded(`<rss>${'<a>'.repeat(maxXmlDepth)}`, 'rss'), { ...fails, message: /more than 1000 levels/ })
  t.throws(() => decoded(`<rss><channel>${'<item/>'.repeat(maxXmlNodes)}`, 'rss'), { ...fails, message: /more than 1000000 elements/ })
})

t.test('rss: finds the address of an author in a long word', async (t) => {
  const author = (text: string) => JSON.parse(decoded(`<rss><channel><item><author>${text}</author></item></channel></rss>`, 'rss')).items[0].author
  t.same(author('Ann (ann@a.test)'), { name: 'Ann', email: 'ann@a.test' })
  t.same(author('@ann ann@'), { name: '@ann ann@' })
  t.same(author('x'.repeat(100_000)), { name: 'x'.repeat(100_000) })
})

t.test('yaml: refuses more than 250 levels, 1,000,000 tokens or 500,000 values', async (t) => {
  t.ok(decoded(`a: ${'['.repeat(200)}${']'.repeat(200)}`, 'yaml'))
  for (const nested of [`a: ${'['.repeat(300)}${']'.repeat(300)}`, `- ${'- '.repeat(300)}1`, '{a: '.repeat(300)]) t.throws(() => decoded(nested, 'yaml'), { ...fails, message: /more than 250 levels/ })
  t.throws(() => decoded(`a: 1\n${'# x\n'.repeat(maxYamlTokens)}`, 'yaml'), { ...fails, message: /more than 1000000 tokens/ })
  const aliases = `a: &a [${Array(1000).fill(1).join()}]\nb:\n${'- *a\n'.repeat(500)}`
  t.throws(() => decoded(aliases, 'yaml'), { ...fails, message: /more than 500000 values/ })
})

t.test('yaml: as many keys and anchors as an answer has', async (t) => {
  const keys = Object.fromEntries(Array.from({ length: 40_000 }, (_, i) => [`key${i}`, i]))
  t.same(JSON.parse(decoded(Object.entries(keys).map(([key, value]) => `${key}: ${value}\n`).join(''), 'yaml')), keys)
  const anchors = Array.from({ length: 10_000 }, (_, i) => `- &a${i} ${i}\n- *a${i}\n`).join('')
  t.same(JSON.parse(decoded(anchors, 'yaml', true)).collection, Array.from({ length: 20_000 }, (_, i) => i >> 1))
})

t.test('yaml: an alias is the last anchor of its name before it', async (t) => {
  t.equal(decoded('a: &x 1.0\nb: *x\nc: &x [2]\nd: *x\n&k e: f\ng: *k', 'yaml'), '{"a":1,"b":1,"c":[2],"d":[2],"e":"f","g":"e"}')
  for (const yaml of ['a: *x', 'a: &x [*x]', 'a: *x\nb: &x 1', '? [1]\n: 2', 'a: 1\n"a": 2']) t.throws(() => decoded(yaml, 'yaml'), fails, yaml)
  t.equal(decoded('a: !!set {b, c}\n1: !!binary aGk=\n~: d', 'yaml'), '{"1":"hi","a":{"b":null,"c":null},"":"d"}')
})
