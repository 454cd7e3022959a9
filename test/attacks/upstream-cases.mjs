// What upstreams answer, made from a seed: right, written unusually, or broken; and the way in which it arrives.
import zlib from 'node:zlib'
import { mutateBytes } from './mutate-bytes.mjs'
import { proxyFaults } from './scripted-upstream.mjs'
import { tokenOf } from './tokens.mjs'

/** Ways of the gateway to read an answer: the name is part of the endpoint's path. */
export const readings = ['raw', 'json', 'xml', 'rss', 'yaml', 'string', 'safe', 'merge', 'list', 'seq']

/**
 * A case: the endpoint to ask, the plan of its upstream, and `right`: the body that must arrive unchanged (null: anything
 * but another one's), `cut`: an answer that must not arrive as if it were whole.
 */
export function upstreamCase (random, number) {
  const token = tokenOf(number, 0)
  const reading = random.weighted([[6, 'raw'], [4, 'json'], [2, 'xml'], [1, 'rss'], [1, 'yaml'], [1, 'string'], [1, 'safe'], [2, 'merge'], [1, 'list'], [1, 'seq']])
  const way = random.weighted([[40, right], [15, unusual], [30, damaged], [15, broken]])
  const base = answerOf(random, reading, token)
  const plan = { ...way(random, base, token), cuts: [] }
  const transport = random.weighted([[60, 'tcp'], [20, 'tls'], [20, 'proxy']])
  if (random.chance(0.4)) plan.cuts = Array.from({ length: random.of([1, 2, 5]) }, () => random.between(1, Math.max(1, plan.bytes.length - 1))).sort((a, b) => a - b)
  const good = way === right
  const fault = transport === 'proxy' ? good ? 'ok' : random.of(proxyFaults) : null
  const waits = plan.end === 'hang' || fault === 'silent'
  const post = random.chance(0.15) && ['raw', 'json'].includes(reading)
  const name = transport === 'proxy' ? `${good ? 'good' : 'bad'}-proxy-${fault}-${reading === 'raw' ? 'raw' : 'json'}` : `${good ? 'good' : waits ? 'late' : 'bad'}-${transport}-${reading}`
  return {
    number,
    token,
    way: way.name,
    request: post ? `POST /${name}/${token} HTTP/1.1\r\nHost: a.test\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{"a":1}` : `GET /${name}/${token} HTTP/1.1\r\nHost: a.test\r\n\r\n`,
    plan,
    right: good && reading === 'raw' ? base.body.toString('latin1').slice(0, 16 << 10) : null,
    good: good && (transport !== 'proxy' || reading === 'raw' || reading === 'json'),
    cut: way === broken && (reading === 'raw') && plan.stop !== null && plan.stop < plan.bytes.length && plan.stop > base.head.length && base.framing !== 'close' && (transport !== 'proxy')
  }
}

function right (random, { head, body, framing }) {
  return { bytes: Buffer.concat([head, framed(random, body, framing)]), stop: null, end: framing === 'close' ? 'fin' : 'keep' }
}

/** What RFC 9110 and 9112 allow, or what other clients forgive. */
function unusual (random, { head, body, framing }) {
  const text = head.latin1Slice()
  const lines = text.slice(0, -4).split('\r\n')
  const changed = random.of([
    () => `HTTP/1.1 100 Continue\r\n\r\n${text}`,
    () => `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 P\r\n\r\n${text}`,
    () => text.replaceAll('\r\n', '\n'),
    () => text.replace(/^HTTP\/1.1 (\d+) .*/, 'HTTP/1.1 $1'),
    () => text.replace(/^HTTP\/1.1 (\d+) .*/, 'HTTP/1.1 $1 '),
    () => text.replace('HTTP/1.1', random.of(['HTTP/1.0', 'HTTP/2', 'HTTP/1.9', 'http/1.1', 'ICY', ''])),
    () => text.replace(/^HTTP\/1.1 \d+/, `HTTP/1.1 ${random.of(['204', '304', '101', '099', '1000', '20', '600', '999', '-1', '205', '407', '401', '301'])}`),
    () => [...lines, random.of(['Content-Length: 1', 'Content-Length: 99999999999999', 'Transfer-Encoding: chunked', 'Transfer-Encoding: gzip, chunked', 'Transfer-Encoding: chunked  ', 'Connection: close', 'Connection: upgrade', 'Upgrade: h2c', 'Keep-Alive: timeout=0', 'Trailer: X-T', 'Content-Encoding: gzip', 'Content-Encoding: gzip ', 'Content-Encoding: br', 'Content-Encoding: gzip, gzip', 'Location: /elsewhere', 'Location: http://[', 'Set-Cookie: a=b', 'Content-Type: ', 'constructor: x', '__proto__: y', 'Has-Own-Property: z', 'X: \xe9\x00', 'X: a\r\n folded', `X: ${'x'.repeat(random.of([10_000, 70_000]))}`, ...[Array.from({ length: random.of([200, 3000]) }, (_, i) => `h${i}: v`).join('\r\n')]])].join('\r\n') + '\r\n\r\n',
    () => [lines[0], ...lines.slice(1), ...lines.slice(1)].join('\r\n') + '\r\n\r\n',
    () => `${lines[0]}\r\n\r\n`
  ])()
  const end = random.weighted([[6, framing === 'close' ? 'fin' : 'keep'], [2, 'fin'], [1, 'rst'], [0.3, 'hang']])
  const sent = random.chance(0.3) ? zlib.gzipSync(body) : body
  return { bytes: Buffer.concat([Buffer.from(changed, 'latin1'), framed(random, sent, framing), random.chance(0.1) ? Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother') : Buffer.alloc(0)]), stop: null, end }
}

function damaged (random, base) {
  const { bytes } = random.chance(0.6) ? right(random, base) : unusual(random, base)
  return { bytes: mutateBytes(random, bytes, random.weighted([[4, 1], [3, 4], [1, 20]])), stop: null, end: random.weighted([[4, 'fin'], [3, 'keep'], [2, 'rst'], [0.3, 'hang']]) }
}

/** A right answer that ends at each of its bytes in turn. */
function broken (random, base, token) {
  const { bytes } = right(random, base)
  return { bytes, stop: random.chance(0.5) ? random.between(0, bytes.length) : Math.min(bytes.length, base.head.length + random.between(-20, 40)), end: random.weighted([[5, 'fin'], [5, 'rst'], [0.4, 'hang']]) }
}

function framed (random, body, framing) {
  if (framing !== 'chunked') return body
  const parts = []
  for (let at = 0; at < body.length;) {
    const size = random.between(1, Math.max(1, Math.min(body.length - at, random.of([10, 1000, 20_000]))))
    parts.push(Buffer.from(`${size.toString(16)}\r\n`), body.subarray(at, at + size), Buffer.from('\r\n'))
    at += size
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')])
}

function answerOf (random, reading, token) {
  const size = random.weighted([[10, 40], [4, 2000], [1, 60_000]])
  const filler = 'abcdefghij '.repeat(size / 10)
  const type = { raw: 'text/plain', xml: 'application/xml', rss: 'application/rss+xml', yaml: 'application/yaml', string: 'text/plain' }[reading] ?? 'application/json'
  const text = {
    raw: () => `${token} ${filler}`,
    xml: () => `<?xml version="1.0"?><r a="${token}"><b>${filler}</b><b/><![CDATA[x]]></r>`,
    rss: () => `<rss version="2.0"><channel><title>${token}</title><item><title>${filler}</title></item></channel></rss>`,
    yaml: () => `token: ${token}\nlist:\n  - a\n  - {b: 1}\nfiller: ${filler}\n`,
    string: () => `${token} ${filler}`,
    list: () => JSON.stringify([{ token }, filler, 1]),
    seq: () => JSON.stringify({ token, id: `x/${token}`, filler })
  }[reading]?.() ?? JSON.stringify({ token, number: 1.50, big: 12345678901234567890n.toString(), nested: { a: [1, null, true, { filler }] } })
  const body = Buffer.from(text)
  const framing = random.weighted([[5, 'length'], [4, 'chunked'], [1, 'close']])
  const lines = ['HTTP/1.1 200 OK', `Content-Type: ${type}`, ...framing === 'length' ? [`Content-Length: ${body.length}`] : framing === 'chunked' ? ['Transfer-Encoding: chunked'] : ['Connection: close'], ...random.chance(0.3) ? ['X-Token: ' + token, 'Cache-Control: max-age=5', 'Vary: Accept'] : []]
  return { head: Buffer.from(lines.join('\r\n') + '\r\n\r\n'), body, framing }
}
