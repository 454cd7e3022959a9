// HTTP/2 as bytes (RFC 9113): frames to write, header blocks without compression, and as much reading as the attacks need.

export const DATA = 0
export const HEADERS = 1
export const PRIORITY = 2
export const RST_STREAM = 3
export const SETTINGS = 4
export const PING = 6
export const GOAWAY = 7
export const WINDOW_UPDATE = 8
export const CONTINUATION = 9

export const END_STREAM = 1
export const ACK = 1
export const END_HEADERS = 4
export const PADDED = 8

export const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
/** The largest payload of a frame, and the window of a stream and of a connection, until settings say otherwise. */
export const FRAME_SIZE = 16_384
export const WINDOW = 65_535

/** A frame. `length` in its head is the payload's, unless it is given. */
export function frame (type, flags = 0, stream = 0, payload = Buffer.alloc(0), length = payload.length) {
  const head = Buffer.alloc(9)
  head.writeUIntBE(length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream >>> 0, 5)
  return Buffer.concat([head, payload])
}

/** A frame with a number of 32 bits: RST_STREAM's code, WINDOW_UPDATE's increment. */
export function numbered (type, stream, number) {
  const payload = Buffer.alloc(4)
  payload.writeUInt32BE(number >>> 0)
  return frame(type, 0, stream, payload)
}

/** `pairs` of a setting's number and its value. */
export function settings (...pairs) {
  const payload = Buffer.alloc(6 * pairs.length)
  for (const [i, [name, value]] of pairs.entries()) {
    payload.writeUInt16BE(name, 6 * i)
    payload.writeUInt32BE(value >>> 0, 6 * i + 2)
  }
  return frame(SETTINGS, 0, 0, payload)
}

export function goaway (lastStream, code) {
  const payload = Buffer.alloc(8)
  payload.writeUInt32BE(lastStream >>> 0)
  payload.writeUInt32BE(code >>> 0, 4)
  return frame(GOAWAY, 0, 0, payload)
}

/** A request's header block: literals that are in no table (RFC 7541, 6.2.2), but for what the static table has whole. */
export function requestBlock ({ method, path, fields = [] }) {
  const methodField = { GET: Buffer.from([0x82]), POST: Buffer.from([0x83]) }[method] ?? Buffer.concat([Buffer.from([0x02]), text(method)])
  return Buffer.concat([methodField, Buffer.from([0x86, 0x04]), text(path), Buffer.from([0x01]), text('a.test'), ...fields.map(([name, value]) => Buffer.concat([Buffer.from([0]), text(name), text(value)]))])
}

/** HEADERS, and CONTINUATIONs where the block is written in several `parts`. */
export function headers (stream, block, { endStream, parts = 1, padding = 0 }) {
  const size = Math.ceil(block.length / parts)
  const frames = []
  for (let i = 0; i < parts; i++) {
    const part = block.subarray(i * size, (i + 1) * size)
    const last = i === parts - 1 ? END_HEADERS : 0
    if (i > 0) frames.push(frame(CONTINUATION, last, stream, part))
    else if (padding > 0) frames.push(frame(HEADERS, last | PADDED | (endStream ? END_STREAM : 0), stream, Buffer.concat([Buffer.from([padding]), part, Buffer.alloc(padding)])))
    else frames.push(frame(HEADERS, last | (endStream ? END_STREAM : 0), stream, part))
  }
  return Buffer.concat(frames)
}

/** A text of less than 127 bytes or more, without Huffman coding (RFC 7541, 5.1 and 5.2). */
function text (value) {
  const bytes = Buffer.from(value, 'latin1')
  const length = []
  let left = bytes.length
  if (left < 127) length.push(left)
  else {
    length.push(127)
    for (left -= 127; left >= 128; left >>>= 7) length.push(128 | (left & 127))
    length.push(left)
  }
  return Buffer.concat([Buffer.from(length), bytes])
}

/** What the static table has of `:status`, from entry 8 on (RFC 7541, appendix A). */
const indexed = [200, 204, 206, 304, 400, 404, 500]
/** The digits in Huffman's code (RFC 7541, appendix B). */
const digits = ['00000', '00001', '00010', '011001', '011010', '011011', '011100', '011101', '011110', '011111']
const coded = new Map(Array.from({ length: 500 }, (_, i) => {
  const bits = [...String(i + 100)].map((digit) => digits[digit]).join('')
  const padded = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1')
  return [Buffer.from(padded.match(/.{8}/g).map((byte) => parseInt(byte, 2))).toString('hex'), i + 100]
}))

/**
 * The status of an answer's header block, which is its first field. The client has to set SETTINGS_HEADER_TABLE_SIZE to 0, so
 * that nothing depends on blocks before.
 */
export function readStatus (block) {
  let at = 0
  while ((block[at] & 0xe0) === 0x20) at++ // a new size of the table; 0 takes one byte
  const first = block[at]
  if (first >= 0x88 && first <= 0x8e) return indexed[first - 0x88]
  // A literal with the name `:status`, to be kept in the table or not.
  if (![0x48, 0x08, 0x18].includes(first)) return NaN
  const value = block.subarray(at + 2, at + 2 + (block[at + 1] & 0x7f))
  return block[at + 1] & 0x80 ? coded.get(value.toString('hex')) ?? NaN : Number(value.toString('latin1'))
}

/** Creates a reader of frames: `take` is called with each one that is whole. */
export function createFrameReader (take) {
  let rest = Buffer.alloc(0)
  return function push (chunk) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let at = 0
    while (rest.length - at >= 9) {
      const length = rest.readUIntBE(at, 3)
      if (rest.length - at < 9 + length) break
      take({ type: rest[at + 3], flags: rest[at + 4], stream: rest.readUInt32BE(at + 5) & 0x7fffffff, payload: rest.subarray(at + 9, at + 9 + length) })
      at += 9 + length
    }
    rest = rest.subarray(at)
  }
}
