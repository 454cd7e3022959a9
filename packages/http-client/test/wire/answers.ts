import type { Random } from './random.ts'
import type { Oddity } from './differences.ts'

/** A generated answer, and what is odd about it. */
export interface GeneratedAnswer {
  /** One byte per character. */
  readonly text: string
  readonly method: string
  readonly oddities: ReadonlySet<Oddity>
}

const plainFields = ['Content-Type: text/plain', 'X-A: 1', 'x-a: 2', 'Set-Cookie: a=b; c', 'ETag: "1"', 'Server: s', 'X-Empty:', 'X-Latin: caf\xe9', 'Keep-Alive: timeout=5', 'Connection: keep-alive', 'Connection: close', 'Constructor: x', '__proto__: y', 'X-Long: ' + 'v'.repeat(300)]

/** Makes an answer of HTTP/1.1: mostly valid, sometimes odd in one or more ways, sometimes broken. */
export function generateAnswer (random: Random): GeneratedAnswer {
  const oddities = new Set<Oddity>()
  const odd = (oddity: Oddity, times = 25): boolean => {
    if (!random.once(times)) return false
    oddities.add(oddity)
    return true
  }
  const method = random.pick(['GET', 'GET', 'GET', 'HEAD', 'POST'])
  let text = ''
  if (random.once(12)) {
    for (let i = random.below(3); i >= 0; i--) text += random.once(2) ? 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n' : 'HTTP/1.1 102 Processing\r\n\r\n'
  }
  if (odd('continue', 40)) text += 'HTTP/1.1 100 Continue\r\n\r\n'
  const status = random.pick([200, 200, 200, 201, 204, 206, 301, 304, 400, 404, 500, 599, 999])
  const version = odd('version', 40) ? random.pick(['HTTP/1.2', 'HTTP/2.0', 'HTTP/3.0', 'HTTP/0.9']) : random.once(12) ? 'HTTP/1.0' : 'HTTP/1.1'
  let line = `${version} ${status} ${random.pick(['OK', '', 'Not Found at all', 'caf\xe9'])}`
  if (odd('no blank behind the status', 60)) line = `${version} ${status}`
  if (odd('several blanks before the status', 60)) line = `${version}  ${status} OK`
  if (odd('broken status line', 60)) line = random.pick(['HTTP/1.1 20 OK', 'HTTP/1.1 2000 OK', 'HTTP/1.1 abc', 'HTTP/11 200 OK', 'http/1.1 200 OK', 'SSH-2.0-x', 'HTTP/1.1 +20 OK', 'HTTP/1.1 099 Low', 'HTTP/1.1\t200 OK', 'ICY 200 OK'])
  text += `${line}\r\n`
  const fields: string[] = []
  for (let i = random.below(5); i > 0; i--) fields.push(random.pick(plainFields))
  if (odd('blanks around a value')) fields.push('X-Pad: \t v \t ')
  if (odd('folded line', 40)) fields.push('X-Fold: a\r\n  b')
  if (odd('blank in a name', 50)) fields.push(random.pick(['X Name: 1', 'X-Name : 1', 'Content-Length : 1', 'Transfer-Encoding : chunked']))
  if (odd('no name', 60)) fields.push(': nameless')
  if (odd('no colon', 60)) fields.push('without a colon')
  if (odd('invalid name', 60)) fields.push(random.pick(['X(a): 1', 'X\xe9: 1', 'X/a: 1', '\x01X: 1']))
  if (odd('control character', 60)) fields.push(random.pick(['X-C: a\x00b', 'X-C: a\x01b', 'X-C: a\x7fb', 'X-C: a\rb']))
  const body = random.pick(['', 'x', 'hello', 'HTTP/1.1 200 OK\r\n\r\n', 'y'.repeat(random.below(3000)), '\r\n\r\n', '0\r\n\r\n'])
  const hasBody = method !== 'HEAD' && status !== 204 && status !== 304
  let payload = hasBody ? body : ''
  switch (random.below(4)) {
    case 0:
      if (odd('until the end', 2)) break
      // falls through
    case 1:
      fields.push(`Content-Length: ${odd('length with zeros', 60) ? '000' : ''}${body.length}`)
      if (odd('length twice', 40)) fields.push(`Content-Length: ${body.length}`)
      if (odd('different lengths', 40)) fields.push(`Content-Length: ${body.length + 1}`)
      if (odd('invalid length', 40)) fields.splice(fields.length - 1, 1, `Content-Length: ${random.pick(['', '-1', '+5', '0x5', '5,5', '5 5', 'five', '99999999999999999999'])}`)
      if (odd('too short', 30)) payload = payload.slice(0, -1)
      break
    default: {
      const coding = odd('other coding', 40) ? random.pick(['gzip, chunked', 'identity', 'chunked, chunked', 'xchunked', 'chunked;q=1', 'gzip']) : odd('coding in capitals', 40) ? 'Chunked' : 'chunked'
      fields.push(`Transfer-Encoding: ${coding}`)
      if (odd('coding twice', 50)) fields.push('Transfer-Encoding: chunked')
      if (odd('length beside chunks', 40)) fields.push(`Content-Length: ${random.pick([0, 3, body.length])}`)
      if (odd('Trailer field', 50)) fields.push('Trailer: X-T')
      if (hasBody) payload = writeChunks(body, random, odd)
    }
  }
  if (fields.some((field) => /^transfer-encoding/i.test(field)) && /^HTTP\/(?:1\.0|0)/.test(line)) oddities.add('coding before HTTP/1.1')
  if ((status === 204 || status === 304) && fields.some((field) => /^content-length: 0*[1-9]/i.test(field))) oddities.add('length without a body')
  shuffle(fields, random)
  text += fields.map((field) => `${field}\r\n`).join('') + '\r\n'
  if (odd('bare LF in the head', 40)) text = random.once(2) ? text.replaceAll('\r\n', '\n') : replaceOne(text, '\r\n', '\n', random)
  text += payload
  if (odd('more behind it', 25)) text += random.pick(['HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', 'garbage', '\r\n'])
  if (odd('broken off', 25)) text = text.slice(0, random.below(text.length))
  return { text, method, oddities }
}

function writeChunks (body: string, random: Random, odd: (oddity: Oddity, times?: number) => boolean): string {
  let text = ''
  for (let at = 0; at < body.length;) {
    const length = Math.min(body.length - at, 1 + random.below(body.length))
    let size = length.toString(16)
    if (random.once(4)) size = size.toUpperCase()
    if (odd('size with zeros', 60)) size = `000${size}`
    if (odd('blanks behind a size', 60)) size += random.pick([' ', '  ', '\t'])
    if (odd('blank before a size', 80)) size = ` ${size}`
    if (random.once(10)) size += random.pick([';a', ';a=b', ';a="b"'])
    if (odd('odd extension', 80)) size += random.pick([';', ';a=\xe9', '; a', ' ;a', ';a=b c'])
    if (odd('invalid size', 80)) size = random.pick(['', 'x', '-1', '0x5', '11111111111111111'])
    text += `${size}${odd('bare LF behind a size', 80) ? '\n' : '\r\n'}${body.slice(at, at + length)}${odd('no CRLF behind a chunk', 80) ? random.pick(['', '\n', 'x']) : '\r\n'}`
    at += length
  }
  text += odd('bare LF behind a size', 120) ? '0\n' : '0\r\n'
  if (random.once(8)) text += 'X-T: 1\r\n'
  if (odd('odd trailer', 60)) text += random.pick(['no colon\r\n', 'X-T: 1\n', 'X T: 1\r\n', ' X: 1\r\n', 'Content-Length: 5\r\n'])
  return text + (odd('bare LF behind the trailers', 80) ? '\n' : '\r\n')
}

function shuffle (values: string[], random: Random): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = random.below(i + 1)
    const value = values[i]!
    values[i] = values[j]!
    values[j] = value
  }
}

function replaceOne (text: string, what: string, by: string, random: Random): string {
  const places = [...text.matchAll(new RegExp(what, 'g'))].map(({ index }) => index)
  if (places.length === 0) return text
  const at = random.pick(places)
  return text.slice(0, at) + by + text.slice(at + what.length)
}
