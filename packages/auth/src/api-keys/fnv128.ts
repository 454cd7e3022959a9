const offset = 0x6c62272e07bb014262b821756295c58dn
const prime = 0x0000000001000000000000000000013bn
const mask = (1n << 128n) - 1n

/** Hashes with FNV-1, 128 bits, as Go's hash/fnv does: 32 hexadecimal digits. It is not a cryptographic hash. */
export function fnv128 (text: string): string {
  let hash = offset
  for (const byte of Buffer.from(text)) hash = ((hash * prime) & mask) ^ BigInt(byte)
  return hash.toString(16).padStart(32, '0')
}
