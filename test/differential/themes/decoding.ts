import type { Random } from '../../attacks/random.mjs'
import { jsonText, listText, objectText, scalarText } from '../draw/json.ts'
import { textRoute } from '../draw/route.ts'
import { maybe } from '../draw/some.ts'
import { feedText, xmlText } from '../draw/xml.ts'
import type { Theme } from '../theme.ts'

type Kind = 'object' | 'list' | 'scalar' | 'xml' | 'feed' | 'text' | 'empty' | 'broken'

/** What an encoding makes without an error. */
const reads: Record<string, readonly Kind[]> = {
  json: ['object'],
  'fast-json': ['object'],
  safejson: ['object', 'list', 'scalar'],
  string: ['object', 'list', 'scalar', 'xml', 'feed', 'text'],
  xml: ['xml'],
  rss: ['feed'],
  'no-op': ['object', 'list', 'scalar', 'xml', 'feed', 'text', 'empty', 'broken']
}
const types: Record<Kind, string> = { object: 'application/json', list: 'application/json', scalar: 'application/json', xml: 'application/xml', feed: 'application/rss+xml', text: 'text/plain; charset=utf-8', empty: 'text/plain', broken: 'application/json' }

/** Encodings of backends and endpoints: what is read of an answer, and how it is written. */
export const decoding: Theme = {
  name: 'decoding',
  make (random, { prefix, host }) {
    const encoding = random.of(Object.keys(reads))
    const collection = encoding === 'json' && random.chance(0.25)
    const noop = encoding === 'no-op'
    const fitting: readonly Kind[] = collection ? ['list'] : reads[encoding]!
    const kind: Kind = random.chance(0.8) ? random.of(fitting) : random.of(['object', 'list', 'scalar', 'xml', 'feed', 'text', 'empty', 'broken'])
    const fine = fitting.includes(kind)
    const status = random.weighted([[8, 200], [1, 201], [1, random.of([202, 204, 304, 400, 404, 500, 503])]])
    const output = noop ? 'no-op' : random.of(['json', 'json', 'fast-json', 'json-collection', 'string', 'xml', 'negotiate', undefined])
    const text = textOfKind(random, kind)
    const zipped = status === 200 && kind !== 'empty' && random.chance(0.15)
    return {
      endpoints: [{
        endpoint: `${prefix}/x`,
        ...output !== undefined && { output_encoding: random.chance(0.1) && output !== 'no-op' ? output.toUpperCase() : output },
        ...random.chance(0.2) && { input_headers: ['Accept', 'Accept-Encoding'] },
        backend: [{
          host: [host],
          url_pattern: `${prefix}/up`,
          encoding,
          ...collection && { is_collection: true },
          ...maybe(random, 0.1, () => ({ group: 'g' }))
        }]
      }],
      routes: [textRoute(random, `${prefix}/up`, random.chance(0.1) ? 'application/octet-stream' : types[kind], status === 204 || status === 304 ? '' : text, {
        ...status !== 200 && { status },
        ...zipped && { gzip: true },
        ...noop && { headers: rawHeaders(random, types[kind]) }
      })],
      requests: [{
        path: `${prefix}/x`,
        lines: [
          ...output === 'negotiate' || random.chance(0.2) ? [['Accept', random.of(['application/json', 'application/xml', 'text/xml', 'text/plain', 'application/x-yaml', 'application/yaml', '*/*', 'text/html, application/xml;q=0.9'])] as [string, string]] : [],
          ...random.chance(0.1) ? [['Accept-Encoding', random.of(['gzip', 'br', 'identity', 'deflate, gzip'])] as [string, string]] : []
        ],
        fine: fine && (status < 202 || (noop && status < 500))
      }],
      tags: ['decoding', encoding]
    }
  }
}

/** What a no-op answer passes on, lines of one name among it. */
function rawHeaders (random: Random, type: string): Record<string, string | string[]> {
  return {
    ...random.chance(0.9) && { 'content-type': type },
    ...maybe(random, 0.5, () => ({ 'x-up': random.of(['1', ['1', '2'], '']) })),
    ...maybe(random, 0.3, () => ({ 'set-cookie': ['a=1; Path=/', 'b=2'] })),
    ...maybe(random, 0.2, () => ({ etag: '"e"', 'cache-control': 'max-age=5' })),
    ...maybe(random, 0.2, () => ({ 'x-krakend-completed': random.of(['true', 'false', 'x']) })),
    ...maybe(random, 0.2, () => ({ server: 'up/1', via: '1.1 up', 'x-powered-by': 'up' })),
    ...maybe(random, 0.1, () => ({ 'content-language': 'de', location: '/elsewhere', 'retry-after': '3', 'www-authenticate': 'Basic realm="x"' })),
    ...maybe(random, 0.1, () => ({ date: 'Tue, 02 Jan 2024 03:04:05 GMT', age: '7', allow: 'GET' }))
  }
}

function textOfKind (random: Random, kind: Kind): string {
  switch (kind) {
    case 'object': return objectText(random)
    case 'list': return listText(random)
    case 'scalar': return scalarText(random)
    case 'xml': return xmlText(random)
    case 'feed': return feedText(random)
    case 'text': return random.of(['plain text', 'ünï\r\ncode', '<not closed', '  ', 'a'.repeat(3000)])
    case 'empty': return ''
    case 'broken': return damage(random, jsonText(random))
  }
}

function damage (random: Random, text: string): string {
  return random.of([`${text.slice(0, -1)}`, `{"a":${text}`, `${text},`, `\uFEFF${text}`, `x${text}`, '{"a":01}', '{"a":1,}'])
}
