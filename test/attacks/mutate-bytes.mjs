// Damages bytes as transmission, mistakes and malice do.
const spicy = [0, 9, 10, 13, 32, 34, 35, 37, 44, 58, 59, 92, 127, 128, 255]

/** Returns a copy with so many damages. */
export function mutateBytes (random, bytes, times) {
  let mutated = Buffer.from(bytes)
  for (let i = 0; i < times && mutated.length > 0; i++) mutated = random.of(mutations)(random, mutated)
  return mutated
}

const mutations = [
  function flip (random, bytes) {
    bytes[random.between(0, bytes.length - 1)] ^= 1 << random.between(0, 7)
    return bytes
  },
  function replace (random, bytes) {
    bytes[random.between(0, bytes.length - 1)] = random.of(spicy)
    return bytes
  },
  function insert (random, bytes) {
    const at = random.between(0, bytes.length)
    return Buffer.concat([bytes.subarray(0, at), Buffer.from([random.of(spicy)]), bytes.subarray(at)])
  },
  function remove (random, bytes) {
    const at = random.between(0, bytes.length - 1)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random.between(1, 4))])
  },
  function repeat (random, bytes) {
    const at = random.between(0, bytes.length - 1)
    const part = bytes.subarray(at, at + random.between(1, 60))
    return Buffer.concat([bytes.subarray(0, at), part, bytes.subarray(at)])
  },
  function truncate (random, bytes) {
    return random.chance(0.3) ? bytes.subarray(0, random.between(0, bytes.length)) : bytes
  },
  function swap (random, bytes) {
    const at = random.between(0, bytes.length - 1)
    const to = Math.min(bytes.length, at + random.between(2, 40))
    return Buffer.concat([bytes.subarray(to), bytes.subarray(0, to)])
  },
  function line (random, bytes) {
    const lines = bytes.toString('latin1').split('\r\n')
    const from = random.between(0, lines.length - 1)
    lines.splice(random.between(0, lines.length), 0, lines[from])
    return Buffer.from(lines.join('\r\n'), 'latin1')
  }
]
