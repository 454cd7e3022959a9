import fc from 'fast-check'
import t from 'tap'
import { CertificateRequestReader, type Verdict } from '../../src/handshake/certificate-request.ts'

/** A field with its length in front. */
function vector (lengthBytes: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const length = Buffer.alloc(lengthBytes)
  length.writeUIntBE(content.length, 0, lengthBytes)
  return Buffer.concat([length, content])
}

const message = (type: number, ...body: Buffer[]): Buffer => Buffer.concat([Buffer.from([type]), vector(3, ...body)])
const record = (type: number, ...content: Buffer[]): Buffer => Buffer.concat([Buffer.from([type, 3, 3]), vector(2, ...content)])
const serverHello = (version: number, ...extensions: Buffer[]): Buffer => message(2, Buffer.from([3, version]), Buffer.alloc(32), vector(1), Buffer.from([0xc0, 0x2b, 0]), ...extensions)
const certificate = message(11, Buffer.alloc(3000))
const names = vector(2, vector(2, Buffer.from('one')), vector(2, Buffer.from('two')))
const request12 = message(13, vector(1, Buffer.from([1, 64])), vector(2, Buffer.from([4, 3, 8, 4])), names)

/** What it says to a flight that comes in pieces of so many bytes. */
function read (flight: Buffer, size = flight.length): Verdict {
  const reader = new CertificateRequestReader()
  for (let at = 0; at < flight.length; at += size) {
    const verdict = reader.add(flight.subarray(at, at + size))
    if (verdict !== 'more') return verdict
  }
  return 'more'
}

t.test('CertificateRequestReader: finds the request of TLS 1.2, however it is cut', async (t) => {
  const expected = { authorities: ['one', 'two'], signatures: [0x0403, 0x0804], tls13: false }
  const flight = Buffer.concat([serverHello(3), certificate, request12, message(14)])
  const halves = [record(22, flight.subarray(0, 90)), record(22, flight.subarray(90))]
  for (const size of [1, 7, 1000, 100_000]) {
    t.strictSame(read(record(22, flight), size), expected)
    t.strictSame(read(Buffer.concat(halves), size), expected)
  }
})

t.test('CertificateRequestReader: the request of TLS 1.1 names no signatures', async (t) => {
  const request = message(13, vector(1, Buffer.from([1, 64])), names)
  t.strictSame(read(record(22, serverHello(2), certificate, request)), { authorities: ['one', 'two'], signatures: [], tls13: false })
})

t.test('CertificateRequestReader: leaves alone what holds no request', async (t) => {
  t.equal(read(record(22, serverHello(3), certificate, message(14))), 'none', 'not asked for')
  t.equal(read(Buffer.concat([record(22, serverHello(3)), record(20, Buffer.from([1]))])), 'none', 'a resumed session')
  t.equal(read(record(21, Buffer.from([2, 40]))), 'none', 'an alert')
  t.equal(read(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'.repeat(1000))), 'none', 'no TLS')
  t.equal(read(record(22, message(2, Buffer.from([3, 3])))), 'none', 'a hello that ends too early')
})

t.test('CertificateRequestReader: never throws', async () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(60), fc.uint8Array({ minLength: 1, maxLength: 48 }), (bytes, at, secret) => {
    const flight = record(22, serverHello(3), request12)
    flight.set(bytes.subarray(0, Math.max(0, flight.length - at)), Math.min(at, flight.length))
    const reader = new CertificateRequestReader()
    reader.add(flight)
    reader.decrypt(Buffer.from(secret))
    reader.add(Buffer.from(bytes))
  }))
})
