const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Reads base64 with padding, line ends ignored; returns the problem as Go words it. */
export function decodeBase64 (text: string): Buffer | string {
  const corrupt = (at: number) => `illegal base64 data at input byte ${at}`
  const digits: string[] = []
  let at = 0
  for (; at < text.length; at++) {
    const character = text[at]!
    if (character === '\n' || character === '\r') continue
    if (BASE64.includes(character)) {
      digits.push(character)
      continue
    }
    const count = digits.length % 4
    if (character !== '=' || count < 2) return corrupt(at)
    let next = skipLineEnds(text, at + 1)
    if (count === 2) {
      if (next === text.length) return corrupt(text.length)
      if (text[next] !== '=') return corrupt(next - 1)
      next = skipLineEnds(text, next + 1)
    }
    if (next < text.length) return corrupt(next)
    return Buffer.from(digits.join(''), 'base64')
  }
  const missing = digits.length % 4
  return missing === 0 ? Buffer.from(digits.join(''), 'base64') : corrupt(at - missing)
}

/** Writes base32 with padding. */
export function encodeBase32 (bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += BASE32[(value >> bits) & 31]
    }
  }
  if (bits > 0) text += BASE32[(value << (5 - bits)) & 31]
  return text.padEnd(Math.ceil(text.length / 8) * 8, '=')
}

/** Reads base32 with padding, line ends ignored; returns the problem as Go words it. */
export function decodeBase32 (text: string): Buffer | string {
  const corrupt = (at: number) => `illegal base32 data at input byte ${at}`
  const input = text.replace(/[\r\n]/g, '')
  const bytes: number[] = []
  for (let start = 0; start < input.length; start += 8) {
    const group: number[] = []
    let isLast = false
    while (group.length < 8 && !isLast) {
      const at = start + group.length
      if (at >= input.length) return corrupt(input.length - group.length)
      const left = input.length - at - 1
      if (input[at] === '=' && group.length >= 2 && left < 8) {
        if (left + group.length < 7) return corrupt(input.length)
        for (let k = 0; k < 7 - group.length; k++) {
          if (left > k && input[at + 1 + k] !== '=') return corrupt(at + k)
        }
        if (group.length === 3 || group.length === 6) return corrupt(at)
        isLast = true
        break
      }
      const digit = BASE32.indexOf(input[at]!)
      if (digit === -1) return corrupt(at)
      group.push(digit)
    }
    bytes.push(...toBytes(group))
    if (isLast) break
  }
  return Buffer.from(bytes)
}

function toBytes (digits: readonly number[]): number[] {
  const bytes: number[] = []
  let bits = 0
  let value = 0
  for (const digit of digits) {
    value = ((value << 5) | digit) & 0xfff
    bits += 5
    if (bits >= 8) {
      bits -= 8
      bytes.push((value >> bits) & 0xff)
    }
  }
  return bytes
}

function skipLineEnds (text: string, from: number): number {
  let at = from
  while (text[at] === '\n' || text[at] === '\r') at++
  return at
}
