// What growth.mjs feeds to whom: `make` gives the input of a size, `run` reads it.
import { gunzipSync, gzipSync } from 'node:zlib'
import { parseExact, stringifyExact } from '../../packages/core/src/index.ts'
import { decodePercent, encodeQuery, resolveLocation } from '../../packages/go/src/url/index.ts'
import { compileCondition } from '../../packages/cel/src/index.ts'
import { createDecoder } from '../../packages/aggregate/src/decode/create-decoder.ts'
import { createFlatmap } from '../../packages/aggregate/src/flatmap/create-flatmap.ts'
import { createRender } from '../../packages/aggregate/src/encode/create-render.ts'
import { readKeyRing } from '../../packages/auth/src/keys/key-ring.ts'
import { readToken } from '../../packages/auth/src/jwt/token.ts'
import { createTokenSearch } from '../../packages/auth/src/validator/find-token.ts'
import { createKeySearch } from '../../packages/auth/src/api-keys/find-key.ts'
import { createDetector } from '../../packages/security/src/bot/detector.ts'
import { prepareHeaders } from '../../packages/security/src/cors/match-headers.ts'
import { readDirectives } from '../../packages/traffic/src/cache/directives.ts'
import { createScrub } from '../../packages/telemetry/src/scrub.ts'
import { createQueryReader } from '../../packages/engine/src/request/query.ts'
import { restValue, segmentValue } from '../../packages/engine/src/target/target-encoding.ts'
import { parseJson } from '../../packages/config-loader/src/read/json-source.ts'
import { parseYaml } from '../../packages/config-loader/src/read/yaml-source.ts'
import { parseToml } from '../../packages/config-loader/src/read/toml-source.ts'

const lines = (n, line) => Array.from({ length: n }, (_, i) => line(i)).join('')
const bytes = (make) => (n) => Buffer.from(make(n))
const decoder = (name, encoding, make, { isCollection = false, exact = false, unread = false, most } = {}) => ({ name: `${encoding}: ${name}`, make: bytes(make), run: createDecoder(encoding, isCollection, exact, unread), ...(most && { most }) })

const scrub = createScrub({ headers: new Set(['authorization']), query: new Set(['token']) })

const list = (n) => Array.from({ length: n }, (_, i) => i)

/** As much of a request as is looked at. */
const asked = (headers, url = '/') => ({ headers, raw: { headers, rawHeaders: [], url } })

function deep (levels, value) {
  let document = { a: value }
  for (let i = 0; i < levels; i++) document = { a: document }
  return document
}

function flatmap (name, operations, make) {
  return { name: `flatmap: ${name}`, make: (n) => JSON.stringify(make(n)), run: (json) => createFlatmap(operations)(JSON.parse(json)) }
}

const condition = compileCondition('value.matches("(a*)*b")')

function render (encoding, make) {
  const run = createRender(encoding)
  return { name: `written as ${encoding}`, make: (n) => ({ status: 200, headers: {}, body: null, data: make(n), complete: true, fault: null }), run }
}

export const inputs = [
  decoder('keys', 'json', (n) => `{${lines(n, (i) => `"key${i}":${i},`)}"z":0}`),
  decoder('keys, exact', 'json', (n) => `{${lines(n, (i) => `"key${i}":${i}.0,`)}"z":0}`, { exact: true }),
  decoder('nested', 'json', (n) => `{"a":${'['.repeat(n)}${']'.repeat(n)}}`),
  decoder('nested, exact', 'json', (n) => `{"a":${'{"a":'.repeat(n)}1.0${'}'.repeat(n)}}`, { exact: true }),
  decoder('one long number', 'json', (n) => `{"a":${'1'.repeat(n)}}`),
  decoder('one long number, exact', 'json', (n) => `{"a":${'1'.repeat(n)}.0}`, { exact: true }),
  decoder('backslashes, exact', 'json', (n) => `{"a":"${'\\\\'.repeat(n)}"}`, { exact: true }),
  decoder('long text without end, exact', 'json', (n) => `{"a":"${'\\"'.repeat(n)}`, { exact: true }),
  decoder('spaces', 'json', (n) => `{"a":${' '.repeat(n)}1}x`),
  decoder('halves of pairs', 'json', (n) => `{"a":"${'\\ud83d'.repeat(n)}"}`),
  decoder('a value and more', 'json', (n) => `{"a":"${'x'.repeat(n)}"} ${'{'.repeat(n)}`),
  decoder('long list, unread', 'json', (n) => `{"a":[${'1,'.repeat(n)}1]}`, { unread: true }),
  decoder('key numbers', 'json', (n) => `{${lines(n, (i) => `"${i * 7919}":1,`)}"z":0}`),
  decoder('same key', 'json', (n) => `{${'"a":1,'.repeat(n)}"z":0}`),
  decoder('elements', 'xml', (n) => `<a>${lines(n, (i) => `<e${i}>x</e${i}>`)}</a>`),
  decoder('equal elements', 'xml', (n) => `<a>${'<b>x</b>'.repeat(n)}</a>`),
  decoder('nested', 'xml', (n) => `${'<a>'.repeat(n)}${'</a>'.repeat(n)}`),
  decoder('attributes', 'xml', (n) => `<a ${lines(n, (i) => `x${i}="1" `)}/>`),
  decoder('entities', 'xml', (n) => `<a>${'&amp;'.repeat(n)}</a>`),
  decoder('ampersands', 'xml', (n) => `<a>${'&'.repeat(n)}</a>`),
  decoder('entity without end', 'xml', (n) => `<a>&${'x'.repeat(n)}</a>`),
  decoder('spaces', 'xml', (n) => `<a>${' '.repeat(n)}x${' '.repeat(n)}</a>`),
  decoder('long name', 'xml', (n) => `<${'a'.repeat(n)}/>`),
  decoder('comments', 'xml', (n) => `<a>${'<!-- x -->'.repeat(n)}</a>`),
  decoder('comment without end', 'xml', (n) => `<a><!-- ${'- '.repeat(n)}`),
  decoder('directives', 'xml', (n) => `${'<!DOCTYPE a [ <!ENTITY b "c"> ]>'.repeat(n)}<a/>`),
  decoder('directive without end', 'xml', (n) => `<!DOCTYPE a [ ${'<!-- '.repeat(n)}`),
  decoder('quotes in a directive', 'xml', (n) => `<!DOCTYPE a ${"'".repeat(n)}><a/>`),
  decoder('returns', 'xml', (n) => `<a>${'\r'.repeat(n)}</a>`),
  decoder('text before', 'xml', (n) => `${'x'.repeat(n)}<a/>`),
  decoder('declaration', 'xml', (n) => `<?xml ${'x '.repeat(n)}?><a/>`),
  decoder('instructions', 'xml', (n) => `${'<?a b?>'.repeat(n)}<a/>`),
  decoder('items', 'rss', (n) => `<rss><channel>${lines(n, (i) => `<item><title>${i}</title><link>http://a/${i}</link></item>`)}</channel></rss>`),
  decoder('parts of an item', 'rss', (n) => `<rss><channel><item>${'<category>x</category>'.repeat(n)}</item></channel></rss>`),
  decoder('an author', 'rss', (n) => `<rss><channel><item><author>${'a'.repeat(n)}</author></item></channel></rss>`),
  decoder('an author of @', 'rss', (n) => `<rss><channel><item><author>${'@'.repeat(n)}</author></item></channel></rss>`),
  decoder('a date', 'rss', (n) => `<rss><channel><item><pubDate>${'1 '.repeat(n)}</pubDate></item></channel></rss>`),
  decoder('keywords', 'rss', (n) => `<rss><channel><item><itunes:keywords>${'a,'.repeat(n)}</itunes:keywords></item></channel></rss>`),
  decoder('entry links', 'rss', (n) => `<feed><entry>${'<link href="a"/>'.repeat(n)}</entry></feed>`),
  decoder('authors', 'rss', (n) => `<feed><entry>${'<author><name>a</name></author>'.repeat(n)}</entry></feed>`),
  decoder('keys', 'yaml', (n) => lines(n, (i) => `key${i}: ${i}\n`)),
  decoder('keys, flow', 'yaml', (n) => `{${lines(n, (i) => `key${i}: ${i}, `)}}`),
  decoder('list', 'yaml', (n) => lines(n, (i) => `- ${i}\n`), { isCollection: true }),
  decoder('list, flow', 'yaml', (n) => `[${'1, '.repeat(n)}]`, { isCollection: true }),
  decoder('nested, flow', 'yaml', (n) => `{a: ${'['.repeat(n)}${']'.repeat(n)}}`),
  decoder('nested, block', 'yaml', (n) => `${'- '.repeat(n)}a\n`, { isCollection: true }),
  decoder('nested keys, block', 'yaml', (n) => lines(Math.ceil(Math.sqrt(n)), (i) => `${' '.repeat(i)}a:\n`)),
  decoder('anchors', 'yaml', (n) => `a: &a [1]\nb:\n${lines(n, (i) => `- &x${i} ${i}\n`)}`),
  decoder('aliases', 'yaml', (n) => `a: &a 1\nb:\n${'- *a\n'.repeat(n)}`),
  decoder('anchors and aliases', 'yaml', (n) => `a:\n${lines(n, (i) => `- &x${i} 1\n- *x${i}\n`)}`),
  decoder('billion laughs', 'yaml', (n) => `a0: &a0 [x, x]\n${lines(Math.min(n, 400), (i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]\n`)}`),
  decoder('quoted text', 'yaml', (n) => `a: "${'x '.repeat(n)}"`),
  decoder('quoted lines', 'yaml', (n) => `a: "${'x\n  '.repeat(n)}"`),
  decoder('plain lines', 'yaml', (n) => `a: ${'x\n  '.repeat(n)}`),
  decoder('block text', 'yaml', (n) => `a: |\n${'  x\n'.repeat(n)}`),
  decoder('folded text', 'yaml', (n) => `a: >\n${'  x\n\n'.repeat(n)}`),
  decoder('comments', 'yaml', (n) => `${'# x\n'.repeat(n)}a: 1`),
  decoder('documents', 'yaml', (n) => `a: 1\n${'---\na: 1\n'.repeat(n)}`),
  decoder('directives', 'yaml', (n) => `${lines(n, (i) => `%TAG !a${i}! tag:x,2000:\n`)}---\na: 1`),
  decoder('tags', 'yaml', (n) => `a:\n${'- !!str x\n'.repeat(n)}`),
  decoder('errors', 'yaml', (n) => `a: 1\n${'\t@ %\n'.repeat(n)}`),
  decoder('question marks', 'yaml', (n) => `${lines(n, (i) => `? k${i}\n: v\n`)}`),
  decoder('colons', 'yaml', (n) => `a: b${': c'.repeat(n)}`),
  decoder('empty lines', 'yaml', (n) => `a: ${'\n'.repeat(n)}1`),
  decoder('spaces', 'yaml', (n) => `a: x${' '.repeat(n)}y`),
  decoder('long number', 'yaml', (n) => `a: ${'1'.repeat(n)}`),
  decoder('merge keys', 'yaml', (n) => `a: &a {x: 1}\nb:\n${'  <<: *a\n'.repeat(n)}`),
  decoder('text', 'string', (n) => 'é'.repeat(n)),
  render('xml', (n) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`k${i}`, [i, 'a<b']]))),
  render('yaml', (n) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`k${i}`, [i, 'a: b']]))),
  render('xml, deep', (n) => deep(Math.min(n, 500), 'x'.repeat(n * 100))),
  render('yaml, deep', (n) => deep(Math.min(n, 500), 'x'.repeat(n * 100))),
  render('yaml, texts', (n) => ({ a: ['\n '.repeat(n), ' \n'.repeat(n), '1'.repeat(n), ': '.repeat(n), '"'.repeat(n)] })),
  flatmap('append', [{ type: 'append', args: ['b', 'a'] }], (n) => ({ a: list(n), b: list(n) })),
  flatmap('move, lifted', [{ type: 'move', args: ['a.*.b.c', 'a.*.c'] }], (n) => ({ a: Array.from({ length: n }, (_, i) => ({ b: { c: i } })) })),
  flatmap('move, renamed', [{ type: 'move', args: ['a.*.b', 'a.*.c'] }], (n) => ({ a: Array.from({ length: n }, (_, i) => ({ b: i })) })),
  flatmap('move, lowered', [{ type: 'move', args: ['a.*.b', 'a.*.c.d'] }], (n) => ({ a: Array.from({ length: n }, (_, i) => ({ b: i })) })),
  flatmap('del', [{ type: 'del', args: ['a.*.b'] }], (n) => ({ a: Array.from({ length: n }, (_, i) => ({ b: i })) })),
  { name: 'exact JSON written: numbers', make: (n) => parseExact(Buffer.from(`[${'1.0,'.repeat(n)}1.0]`)), run: stringifyExact },
  { name: 'key set: keys', make: (n) => JSON.stringify({ keys: Array.from({ length: n }, (_, i) => ({ kty: 'oct', k: 'AAAA', alg: 'HS256', kid: `k${i}` })) }), run: (json) => readKeyRing(json, 'here') },
  { name: 'token: parts', make: (n) => 'a.'.repeat(n), run: readToken },
  { name: 'token: cookie', make: (n) => asked({ cookie: 'a=b;'.repeat(n) }), run: createTokenSearch('Authorization', 'jwt') },
  { name: 'token: cookie without =', make: (n) => asked({ cookie: ';'.repeat(n) }), run: createTokenSearch('Authorization', 'jwt') },
  { name: 'API key: parameters', make: (n) => ({ raw: { url: `/?${'a=b&'.repeat(n)}` } }), run: createKeySearch('query_string', 'key') },
  { name: 'bot pattern', make: (n) => 'a'.repeat(n), run: createDetector({ patterns: ['(a|aa)+$', '(a*)*b', 'x{2,5}y'] }) },
  { name: 'CORS: header list', make: (n) => 'a,'.repeat(n), run: prepareHeaders(['a', 'b']) },
  { name: 'query: parameters', make: (n) => `/?${lines(n, (i) => `a${i}=b&`)}`, run: (url) => encodeQuery(createQueryReader(['*'])(url)) },
  { name: 'query: one parameter', make: (n) => `/?${'a[]=+&'.repeat(n)}`, run: (url) => encodeQuery(createQueryReader(['*'])(url)) },
  { name: 'query: nothing but names', make: (n) => `/?${'a&'.repeat(n)}`, run: (url) => encodeQuery(createQueryReader(['*'])(url)) },
  { name: 'wildcard: dots', make: (n) => '../a/'.repeat(n), run: restValue.encode },
  { name: 'parameter: odd characters', make: (n) => 'é/'.repeat(n), run: segmentValue.encode },
  ...[['path', (n) => '/..'.repeat(n)], ['path, slashes', (n) => '/'.repeat(n)], ['query', (n) => `?${' %'.repeat(n)}`], ['user', (n) => `http://${'a@'.repeat(n)}b/`], ['host', (n) => `http://${'%5'.repeat(n)}/`], ['colons', (n) => ':'.repeat(n)], ['scheme', (n) => 'a'.repeat(n)]].map(([what, make]) => ({ name: `Location: ${what}`, make, run: (location) => resolveLocation({ scheme: 'http', host: 'a', userinfo: null, path: '/a/b', query: null }, location) })),
  ...[['parameters', (n) => `/?${'a=b&'.repeat(n)}`], ['names alone', (n) => `/?${'a&'.repeat(n)}`], ['@', (n) => `/?${'://a'.repeat(n)}@`], ['encoded @', (n) => `/?${'%3a%2f%2f'.repeat(n)}%40`]].map(([what, make]) => ({ name: `access log: ${what}`, make, run: scrub.target })),
  ...[['tokens without end', (n) => '-eyJ'.repeat(n)], ['tokens', (n) => 'eyJa.b.c '.repeat(n)], ['Bearer', (n) => 'Bearer '.repeat(n)], ['spaces', (n) => `Bearer${' '.repeat(n)}`], ['keys', (n) => '-----BEGIN '.repeat(n)], ['@', (n) => `@${'://'.repeat(n)}`], ['parameters', (n) => '?token='.repeat(n)]].map(([what, make]) => ({ name: `log text: ${what}`, make, run: scrub.text })),
  { name: 'percent-decoding', make: (n) => '%41'.repeat(n), run: decodePercent },
  { name: 'percent-decoding, no UTF-8', make: (n) => '%ff'.repeat(n), run: decodePercent },
  { name: 'Cache-Control', make: (n) => 'a="b",'.repeat(n), run: readDirectives },
  { name: 'Cache-Control: quotes', make: (n) => `a=${'"'.repeat(n)}`, run: readDirectives },
  { name: 'condition: matches', make: (n) => 'a'.repeat(n), run: (text) => condition({ ...asked({}), method: 'GET' }, text) },
  { name: 'configuration: JSON keys', make: (n) => `{${lines(n, (i) => `"key${i}":${i},`)}"z":0}`, run: (text) => parseJson('a.json', text) },
  { name: 'configuration: JSON keys, twice', make: (n) => `{${lines(n, (i) => `"key${i}":${i},`)}"key0":0}`, run: (text) => parseJson('a.json', text).duplicates() },
  { name: 'configuration: YAML keys', make: (n) => lines(n, (i) => `key${i}: ${i}\n`), run: (text) => parseYaml('a.yaml', text) },
  { name: 'configuration: YAML anchors and aliases', make: (n) => `${lines(n, (i) => `a${i}: &a${i} x\n`)}b:\n${lines(n, (i) => `  b${i}: *a${i}\n`)}`, run: (text) => parseYaml('a.yaml', text) },
  { name: 'configuration: YAML merges', make: (n) => `a: &a { x: 1 }\nb:\n${lines(n, () => '- <<: *a\n  y: 2\n')}`, run: (text) => parseYaml('a.yaml', text) },
  { name: 'configuration: YAML keys, flow', make: (n) => `a: {${lines(n, (i) => `k${i}: 1, `)}}`, run: (text) => parseYaml('a.yaml', text) },
  { name: 'configuration: excerpts of one line', make: (n) => `{"a":{${lines(n, (i) => `"key${i}":${i},`)}"z":0}}`, run: showAll },
  { name: 'configuration: TOML keys', make: (n) => lines(n, (i) => `key${i} = ${i}\n`), run: (text) => parseToml('a.toml', text) },
  { name: 'gunzip', make: (n) => gzipSync(Buffer.alloc(n)), run: gunzipSync }
]

/** The line of each key, as problems show it. */
function showAll (text) {
  const source = parseJson('a.json', text)
  for (const key of Object.keys(source.value.a)) source.excerpt(['a', key])
}
