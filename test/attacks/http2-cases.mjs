// Clients of HTTP/2, made from a seed: those that keep to the protocol, whatever they ask, and those that do not.
import * as h2 from './http2-frames.mjs'
import { tokenOf } from './tokens.mjs'

/** Codes of RST_STREAM and GOAWAY; 0xff is none. */
const codes = [0, 1, 2, 5, 7, 8, 11, 0xff]

/**
 * A case. `polite`: streams that must be answered rightly, unless the client resets them. Else `chunks`: bytes that are
 * written as they are; nothing is promised but that the connection ends, and that no other one's answer is on it.
 */
export function http2Case (random, number) {
  const transport = random.chance(0.3) ? 'tls' : 'plain'
  return { number, transport, ...random.weighted([[60, politeCase], [28, brokenCase], [12, floodCase]])(random, number) }
}

/** Streams of one connection, with the moment at which each is reset, if it is, and frames that mean nothing between them. */
function politeCase (random, number) {
  const streams = Array.from({ length: random.weighted([[3, 4], [4, 12], [1, 60]]) }, (_, i) => {
    const [method, name, status] = random.weighted([[8, ['GET', 'json', 200]], [3, ['GET', 'dec', 200]], [2, ['GET', 'slow', 200]], [1, ['GET', 'big', 200]], [2, ['GET', 'merge', 200]], [3, ['POST', 'up', 200]], [2, ['POST', 'updec', 200]], [1, ['POST', 'guarded', 401]], [1, ['POST', 'early', 200]], [1, ['GET', 'nowhere', 404]], [1, ['DELETE', 'json', 405]], [1, ['GET', 'never', null]]])
    const body = method === 'POST' ? random.weighted([[5, 100], [2, 20_000], [1, 200_000]]) : 0
    const reset = name === 'never' ? 'later' : random.weighted([[6, null], [1, 'at once'], [1, 'next turn'], [1, 'later'], [1, 'at the answer'], [1, 'in the answer'], [1, body > 0 ? 'in the upload' : null]])
    return { token: tokenOf(number, i), method, name, status, body, reset, after: random.between(0, 12), code: random.of(codes), parts: random.weighted([[8, 1], [1, 2], [1, 5]]), padding: random.chance(0.1) ? random.between(1, 255) : 0, noise: random.chance(0.3) ? noise(random, 2 * i + 1).toString('latin1') : '' }
  })
  return { kind: 'polite', streams, together: random.chance(0.6), windows: random.of([65_535, 65_535, 1 << 20, 1000]), end: random.weighted([[4, 'goaway'], [3, 'half-close'], [1, 'abort'], [1, 'reset'], [2, 'abort early'], [1, 'reset early']]), after: random.between(0, 20) }
}

/** Frames that a server has to take without a word, or with an acknowledgement. */
function noise (random, stream) {
  return Buffer.concat(Array.from({ length: random.between(1, 4) }, () => random.of([
    () => h2.frame(h2.PING, 0, 0, random.bytes(8)),
    () => h2.frame(h2.PRIORITY, 0, stream + 2 * random.between(0, 3), Buffer.from([0, 0, 0, 0, random.between(0, 255)])),
    () => h2.numbered(h2.WINDOW_UPDATE, 0, random.between(1, 1000)),
    () => h2.settings([3, random.between(0, 100)]),
    () => h2.settings([2, 0]),
    () => h2.settings([random.between(20, 2000), random.between(0, 1000)]),
    () => h2.frame(random.between(20, 200), random.between(0, 255), random.of([0, stream]), random.bytes(random.between(0, 60)))
  ])()))
}

/** Frames that are wrong by themselves, or where they stand; in portions, and sometimes cut. */
function brokenCase (random, number) {
  const frames = [h2.preface, h2.settings(...random.chance(0.5) ? [[1, 0]] : [])]
  let next = 1
  let request = 0
  const open = ({ endStream = random.chance(0.7), method = endStream ? 'GET' : 'POST', more = {} } = {}) => {
    const stream = next
    next += 2
    const name = endStream ? random.of(['json', 'dec', 'slow', 'never', 'big', 'nowhere', 'merge']) : random.of(['up', 'updec', 'guarded', 'early'])
    return h2.headers(stream, h2.requestBlock({ method, path: `/${name}/${tokenOf(number, request++)}`, ...more }), { endStream, parts: random.weighted([[5, 1], [1, 3]]) })
  }
  const known = () => random.of([1, Math.max(1, next - 2), next, 2, 0, 0x7fffffff])
  for (let i = random.between(1, 14); i > 0; i--) {
    frames.push(random.weighted([
      [6, () => open()],
      [2, () => h2.frame(random.between(0, 14), random.between(0, 255), known(), random.bytes(random.between(0, 40)))],
      [2, () => h2.numbered(h2.RST_STREAM, known(), random.of(codes))],
      [1, () => h2.numbered(h2.WINDOW_UPDATE, known(), random.of([0, 1, 0x7fffffff, 0xffffffff]))],
      [1, () => h2.settings([random.between(0, 9), random.of([0, 1, 16_383, 0x7fffffff, 0xffffffff])])],
      [1, () => h2.frame(h2.SETTINGS, random.of([0, h2.ACK]), random.of([0, 1]), random.bytes(random.of([0, 5, 6, 12])))],
      [1, () => h2.frame(h2.HEADERS, random.of([0, 1, 4, 5, 0x25]), random.of([next, 1, 2]), random.bytes(random.between(1, 60)))],
      [1, () => h2.frame(h2.CONTINUATION, random.of([0, 4]), known(), random.bytes(8))],
      [2, () => h2.frame(h2.DATA, random.of([0, 1, 8, 9]), known(), random.bytes(random.between(0, 100)))],
      [1, () => h2.frame(h2.PING, random.of([0, 1]), 0, random.bytes(random.of([8, 8, 7])))],
      // Behind a GOAWAY, of a good end or a bad one, streams are opened, reset and written to.
      [3, () => Buffer.concat([h2.goaway(random.of([0, next, 0x7fffffff]), random.of([0, 0, ...codes])), ...Array.from({ length: random.between(0, 4) }, () => random.of([() => open(), () => open(), () => h2.numbered(h2.RST_STREAM, known(), 8), () => h2.frame(h2.DATA, 1, known(), random.bytes(10))])())])],
      // Requests that are none: fields that RFC 9113, 8.2 and 8.3 forbid, sizes that do not fit.
      [1, () => open({ more: { fields: random.of([[['connection', 'close']], [['Upper', 'x']], [[':path', '/again']], [['te', 'gzip']], [['content-length', '5']], [['transfer-encoding', 'chunked']], [['x', '\0']], [['x', 'y\r\nz: 1']], [[':unknown', 'x']], [['expect', '100-continue']]]) } })],
      [1, () => open({ method: random.of(['CONNECT', 'BREW', '', 'GET /']) })],
      [1, () => h2.frame(h2.DATA, 0, known(), Buffer.alloc(random.of([16_385, 40_000])))],
      [1, () => h2.frame(random.between(0, 9), 0, known(), Buffer.alloc(20), random.of([0, 19, 21, 16_777_215]))],
      [1, () => random.bytes(random.between(1, 30))]
    ])())
  }
  return { kind: 'broken', ...written(random, Buffer.concat(frames)) }
}

/** Very many frames of one kind: what a server must bound. */
function floodCase (random, number) {
  const count = random.of([200, 1200, 3000])
  const streams = (of) => Array.from({ length: count }, (_, i) => of(2 * i + 1, tokenOf(number, i)))
  const get = (stream, token, name = 'json') => h2.headers(stream, h2.requestBlock({ method: 'GET', path: `/${name}/${token}` }), { endStream: true })
  const up = (stream, token) => h2.headers(stream, h2.requestBlock({ method: 'POST', path: `/up/${token}` }), { endStream: false })
  const [name, flood] = random.of(Object.entries({
    resets: () => streams((stream, token) => Buffer.concat([get(stream, token, random.of(['never', 'json'])), h2.numbered(h2.RST_STREAM, stream, random.of(codes))])),
    'resets of uploads': () => streams((stream, token) => Buffer.concat([up(stream, token), h2.numbered(h2.RST_STREAM, stream, random.of(codes))])),
    // Each makes the server reset the stream (CVE-2025-8671).
    'made resets': () => streams((stream, token) => Buffer.concat([up(stream, token), random.of([h2.numbered(h2.WINDOW_UPDATE, stream, 0), h2.frame(h2.PRIORITY, 0, stream, Buffer.alloc(3)), h2.numbered(h2.WINDOW_UPDATE, stream, 0x7fffffff)])])),
    'open streams': () => streams((stream, token) => get(stream, token, random.of(['never', 'slow']))),
    pings: () => Array.from({ length: count }, () => h2.frame(h2.PING, 0, 0, Buffer.alloc(8))),
    settings: () => Array.from({ length: count }, (_, i) => h2.settings([4, 1000 + i], [1, i % 2 * 4096])),
    continuations: () => [h2.frame(h2.HEADERS, 1, 1, Buffer.from([0x82, 0x86])), ...Array.from({ length: count }, () => h2.frame(h2.CONTINUATION, 0, 1, Buffer.from([0, 1, 97, 1, 98])))],
    'empty continuations': () => [h2.frame(h2.HEADERS, 1, 1, Buffer.from([0x82, 0x86])), ...Array.from({ length: count }, () => h2.frame(h2.CONTINUATION, 0, 1))],
    'empty data': () => [up(1, tokenOf(number, 0)), ...Array.from({ length: count }, () => h2.frame(h2.DATA, 0, 1))],
    windows: () => [get(1, tokenOf(number, 0), 'big'), ...Array.from({ length: count }, () => h2.numbered(h2.WINDOW_UPDATE, random.of([0, 1]), 1))],
    priorities: () => Array.from({ length: count }, (_, i) => h2.frame(h2.PRIORITY, 0, 2 * i + 1, Buffer.from([0, 0, 0, 0, 1]))),
    'unknown frames': () => Array.from({ length: count }, (_, i) => h2.frame(100, 0, i, Buffer.alloc(i % 50))),
    'large header': () => Array.from({ length: 8 }, (_, i) => h2.headers(2 * i + 1, h2.requestBlock({ method: 'GET', path: `/json/${tokenOf(number, i)}`, fields: Array.from({ length: count }, (_, j) => [`x${j}`, 'v'.repeat(20)]) }), { endStream: true, parts: 1 + Math.ceil(count * 30 / h2.FRAME_SIZE) })),
    // The windows stay shut: nothing of the answers can be sent.
    'shut windows': () => [h2.settings([4, 0]), ...streams((stream, token) => stream < 200 ? get(stream, token, 'big') : Buffer.alloc(0))]
  }))
  return { kind: `flood of ${name}`, ...written(random, Buffer.concat([h2.preface, h2.settings([1, 0]), ...flood()])) }
}

/** How bytes are written: cut, in portions, and how the client ends. */
function written (random, bytes) {
  const sent = random.chance(0.25) ? bytes.subarray(0, random.between(1, bytes.length)) : bytes
  const cuts = random.chance(0.6) ? [] : Array.from({ length: random.of([1, 2, 5]) }, () => random.between(1, sent.length)).sort((a, b) => a - b)
  return { bytes: sent, cuts, reads: random.chance(0.85), ending: random.weighted([[5, 'half-close'], [2, 'abort'], [2, 'reset']]), after: random.of([0, 0, 5, 60]) }
}
