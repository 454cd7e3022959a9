// What clients send over one HTTP/1.1 connection, made from a seed: well-formed requests, then perhaps bytes that are none.
import { asked } from './front-config.mjs'
import { mutateBytes } from './mutate-bytes.mjs'
import { tokenOf } from './tokens.mjs'

/**
 * A case: `parts` are the bytes in the portions in which they are written, `methods` those of the well-formed requests
 * at the start, `expected` what must be answered to each of them, and `ending` what the client does at last:
 * - `wait`: it reads the answers to all well-formed requests, then half-closes and reads on to the end
 * - `half-close`: it half-closes when all is written
 * - `abort`, `reset`: it goes when all is written, by FIN and by RST
 *
 * `requests` counts the requests that were begun.
 */
export function frontCase (random, number) {
  const kind = random.weighted([[50, honest], [18, hostile], [10, cutAnywhere], [8, framed], [6, pipelined], [4, uploaded], [4, upgraded]])
  const made = kind(random, number)
  return { number, kind: kind.name, transport: random.chance(0.1) ? 'tls' : 'plain', ...made, parts: split(random, made.bytes, made.cut ?? random.weighted([[6, 0], [2, 1], [2, 4], [1, 16]])) }
}

/** Well-formed requests, one behind the other; sometimes the client goes in the middle. */
function honest (random, number) {
  const requests = Array.from({ length: random.weighted([[2, 1], [3, 6], [3, 10], [2, 16]]) }, (_, i) => wellFormed(random, tokenOf(number, i)))
  return together(requests, random.weighted([[80, 'wait'], [8, 'half-close'], [6, 'abort'], [6, 'reset']]))
}

/** Well-formed requests, then one with damaged bytes. */
function hostile (random, number) {
  const good = Array.from({ length: random.weighted([[5, 0], [3, 2], [2, 5]]) }, (_, i) => wellFormed(random, tokenOf(number, i)))
  const bad = random.chance(0.5) ? odd(random, tokenOf(number, good.length)) : mutateBytes(random, (random.chance(0.5) ? wellFormed(random, tokenOf(number, good.length)).bytes : odd(random, tokenOf(number, good.length))), random.between(1, 6))
  const made = together(good, random.weighted([[60, 'wait'], [20, 'half-close'], [10, 'abort'], [10, 'reset']]))
  return { ...made, bytes: Buffer.concat([made.bytes, bad]), requests: good.length + 1 }
}

/** The client goes at each byte in turn: first at the first of them, and so on. */
function cutAnywhere (random, number) {
  const requests = [
    { method: 'GET', name: 'slow', status: 200 },
    { method: 'POST', name: random.of(['up', 'updec', 'early', 'never']), body: true, status: 200 },
    { method: 'GET', name: 'never', status: 200 }
  ].slice(random.between(0, 1)).map((what, i) => write(random, what, tokenOf(number, i), { size: random.between(3, 40) }))
  const whole = together(requests, random.of(['abort', 'reset', 'half-close']))
  return { ...whole, bytes: whole.bytes.subarray(0, 1 + number % whole.bytes.length), expected: [], cut: random.weighted([[3, 0], [1, 3]]) }
}

/** A request whose framing is doubtful. */
function framed (random, number) {
  const token = tokenOf(number, 0)
  const body = '7\r\n{"a":1}\r\n0\r\n\r\n'
  const length = String(body.length)
  const lines = Array.from({ length: random.between(1, 3) }, () => random.of([
    `Content-Length: ${length}`, 'Content-Length: 0', 'Content-Length: 5', `Content-Length: +${length}`, 'Content-Length: -1', 'Content-Length: 0x10', `Content-Length: ${length}, ${length}`,
    'Content-Length: 99999999999999999999', 'Content-Length: 1e3', 'Content-Length:', `Content-Length : ${length}`, `content-length:\t${length}`, 'Transfer-Encoding: chunked', 'Transfer-Encoding: Chunked ',
    'Transfer-Encoding: gzip, chunked', 'Transfer-Encoding: chunked, gzip', 'Transfer-Encoding: identity', 'Transfer-Encoding:\x0bchunked', 'Transfer-Encoding: chunked, chunked', 'Transfer-Encoding: xchunked', 'Transfer_Encoding: chunked',
    'Transfer-Encoding: ', 'X: y\r\n Transfer-Encoding: chunked', 'TE: trailers', 'Trailer: X-T', 'Expect: 100-continue', 'Expect: 200-ok', 'Connection: close', 'Connection: transfer-encoding', 'Content-Encoding: gzip'
  ]))
  const bodies = [body, '5\r\n{"a":', '7;x=y\r\n{"a":1}\r\n0\r\nX-T: 1\r\n\r\n', 'fffffffffffffffff\r\n', '-1\r\n', 'G\r\n', '7 \r\n{"a":1}\r\n0\r\n\r\n', '7\n{"a":1}\n0\n\n', '0\r\n\r\n', '', '7\r\n{"a":1}XX0\r\n\r\n', `${'0'.repeat(300)}7\r\n{"a":1}\r\n0\r\n\r\n`, `7;${'e'.repeat(20_000)}\r\n{"a":1}\r\n0\r\n\r\n`]
  const behind = random.chance(0.5) ? `GET /json/${tokenOf(number, 1)} HTTP/1.1\r\nHost: a.test\r\n\r\n` : ''
  const bytes = Buffer.from(`${random.of(['POST', 'POST', 'GET', 'PUT'])} /${random.of(['up', 'updec', 'json', 'upmerge', 'guarded'])}/${token} HTTP/1.${random.of([1, 1, 1, 0])}\r\nHost: a.test\r\n${lines.join('\r\n')}\r\n\r\n${random.of(bodies)}${behind}`, 'latin1')
  return { bytes, methods: [], expected: [], requests: behind === '' ? 1 : 2, ending: random.weighted([[5, 'half-close'], [1, 'abort'], [1, 'reset']]) }
}

/** Many small requests in one write, more than are served at once. */
function pipelined (random, number) {
  const count = random.weighted([[6, 12], [3, 40], [1, 150]])
  const requests = Array.from({ length: count }, (_, i) => write(random, { method: 'GET', name: random.of(['json', 'dec', 'slow', 'json', 'json']), status: 200 }, tokenOf(number, i), { plain: true }))
  return { ...together(requests, random.weighted([[6, 'wait'], [2, 'abort'], [2, 'reset'], [1, 'half-close']])), cut: random.of([0, 0, 3]) }
}

/** A body that comes while its request is refused, or answered before the body has come. */
function uploaded (random, number) {
  const size = random.weighted([[5, 2_000], [3, 70_000], [1, 400_000]])
  const name = random.of(['guarded', 'guarded', 'early', 'nowhere', 'up'])
  const expect = random.chance(0.3)
  const first = write(random, { method: 'POST', name, body: true, status: { guarded: 401, nowhere: 404 }[name] ?? 200 }, tokenOf(number, 0), { size, expect })
  // Behind a refused body the connection may end: only the first answer is sure.
  return { ...together([first], random.weighted([[6, 'wait'], [2, 'half-close'], [1, 'abort'], [1, 'reset']])), cut: random.of([0, 2, 8]) }
}

/** Upgrades that nobody serves, with bytes behind. */
function upgraded (random, number) {
  const upgrade = random.of(['h2c', 'websocket', 'foo', 'TLS/1.3', 'h2c, websocket', ''])
  const more = random.of(['HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n', ''])
  const post = random.chance(0.5)
  const bytes = Buffer.from(`${post ? 'POST' : 'GET'} /${post ? 'up' : random.of(['json', 'slow'])}/${tokenOf(number, 0)} HTTP/1.1\r\nHost: a.test\r\nConnection: ${random.of(['Upgrade', 'Upgrade, HTTP2-Settings', 'upgrade, keep-alive'])}\r\nUpgrade: ${upgrade}\r\n${more}${post ? 'Content-Length: 5\r\n' : ''}\r\n${post ? 'hello' : ''}${random.of(['', `GET /json/${tokenOf(number, 1)} HTTP/1.1\r\nHost: a.test\r\n\r\n`, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '\0\0\0'])}`, 'latin1')
  return { bytes, methods: [post ? 'POST' : 'GET'], expected: [], requests: 2, ending: random.weighted([[5, 'half-close'], [1, 'abort'], [2, 'reset']]) }
}

function together (requests, ending) {
  return { bytes: Buffer.concat(requests.map(({ bytes }) => bytes)), methods: requests.map(({ method }) => method), expected: requests.map(({ token, status }) => ({ token, status })), requests: requests.length, ending }
}

function wellFormed (random, token) {
  return write(random, random.weighted(asked), token)
}

/** The bytes of a well-formed request. */
function write (random, { method, name, status, body: hasBody = false }, token, { size = random.weighted([[6, 20], [2, 3000], [1, 40_000]]), expect = false, plain = false } = {}) {
  const lines = [`Host: ${random.of(['a.test', 'localhost:8080', '127.0.0.1', '[::1]:80'])}`]
  if (!plain) {
    for (let i = random.weighted([[5, 0], [3, 2], [1, 12]]); i > 0; i--) lines.push(random.of(['X-A: 1', 'X-A: 2, 3', 'Accept: */*', 'Accept-Encoding: gzip', 'User-Agent: attack', 'X-Forwarded-For: 10.0.0.1', 'Cookie: a=b; c=d', 'X-Empty:', 'Connection: keep-alive', 'Connection: X-A', 'constructor: x', '__proto__: y', 'TE: trailers', `X-Long: ${'v'.repeat(900)}`, 'If-None-Match: "x"']))
  }
  let body = ''
  if (hasBody) {
    const text = JSON.stringify({ token, filler: 'f'.repeat(size) })
    lines.push(`Content-Type: ${random.of(['application/json', 'text/plain', 'application/octet-stream'])}`)
    if (random.chance(0.4)) {
      lines.push('Transfer-Encoding: chunked')
      const middle = random.between(1, text.length - 1)
      for (const part of [text.slice(0, middle), text.slice(middle)]) body += `${part.length.toString(16)}\r\n${part}\r\n`
      body += '0\r\n\r\n'
    } else {
      lines.push(`Content-Length: ${text.length}`)
      body = text
    }
    if (expect) lines.push('Expect: 100-continue')
  }
  const query = plain ? '' : random.weighted([[5, ''], [1, '?q=1'], [1, '?q=%20%00%ff&q=2&&='], [1, `?${'long=1&'.repeat(60)}`]])
  const target = random.chance(0.02) ? `http://other.test/${name}/${token}${query}` : `/${name}/${token}${query}`
  return { bytes: Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1'), method, token, status }
}

/** A request that is written unusually, from pieces that are each found in attacks. */
function odd (random, token) {
  const method = random.of(['GET', 'POST', 'QUERY', 'TRACE', 'CONNECT', 'get', 'PROPFIND', 'PRI', 'M-SEARCH', 'GE T', '', 'A'.repeat(random.of([30, 9000]))])
  const path = `/json/${token}`
  const target = random.of([path, `${path}#x`, `/${path}`, `/.${path}`, `/x/..${path}`, `/%2e%2e${path}`, `${path}/`, `${path};a=b`, `${path}%00`, `${path}%`, `${path}%zz`, '*', '/', '//', '', 'a.test:443', `http://a.test${path}`, `https://u:p@a.test${path}`, 'http://', 'http://[::1', `//a.test${path}`, `\\json\\${token}`, `/é${path}`, `${path}?${'a'.repeat(20_000)}`, `/${'a/'.repeat(4000)}`, `${path} x`, `/json/${'%41'.repeat(3000)}`, '/__health', '/__debug/x', '/__stats', '/json/..%2f..%2fx', '/json/%2e%2e', '/json/..;/x'])
  const version = random.of(['HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/0.9', 'HTTP/1.2', 'HTTP/9.9', 'http/1.1', 'HTTP/1.1 ', 'HTTP/11', '', 'ICE/1.0'])
  const host = random.of(['Host: a.test', 'Host: a.test', 'Host: a.test', '', 'Host: a b', 'Host: a.test\r\nHost: b.test', 'Host:', 'Host: "x"', 'Host: a/b', 'Host: [::1', 'Host: a:b:c', `Host: ${'h'.repeat(5000)}`, 'Host: é', 'hOsT : a'])
  const lines = Array.from({ length: random.between(0, 4) }, () => random.of(['Content-Type: a,b,,c', 'Content-Type: json', 'Content-Type: ', 'Content-Type: application/json; charset=\xff', 'X: a\x00b', 'X: a\rb', 'X\x00: a', ': empty', 'no colon', ' folded', '\tfolded', 'X : blank', 'X(): y', `X: ${'x'.repeat(random.of([4000, 17_000]))}`, 'Connection: Upgrade\r\nUpgrade: websocket', 'Expect: 100-continue', 'Range: bytes=0-,5-,-1', 'Authorization: Basic !!!', 'Authorization: Basic bm9ib2R5Og==', 'Cookie: ;;=;', 'Content-Length: 3', 'Transfer-Encoding: chunked', 'Forwarded: for="[::1', 'X-Forwarded-For: ,,,', 'X-Forwarded-Host: a b', 'Accept-Encoding: br', 'Proxy-Connection: close', 'Keep-Alive: timeout=99999999999', many(random)]))
  const end = random.of(['\r\n', '\r\n', '\r\n', '\n', '\r'])
  return Buffer.from([`${method} ${target} ${version}`, host, ...lines].filter((line, i) => i === 0 || line !== '').join(end) + end + end, 'latin1')
}

function many (random) {
  return Array.from({ length: random.of([150, 1200]) }, (_, i) => `${i.toString(36)}:`).join('\r\n')
}

/** Cuts bytes at random places. */
function split (random, bytes, cuts) {
  if (cuts === 0 || bytes.length < 2) return [bytes]
  const places = [0, ...Array.from({ length: cuts }, () => random.between(1, bytes.length - 1)).sort((a, b) => a - b), bytes.length]
  return places.slice(1).map((place, i) => bytes.subarray(places[i], place)).filter((part) => part.length > 0)
}
