/**
 * Writes a MaxMind database (format 2.0) with networks of IPv4 and their records: a search tree with records of 24 bits,
 * the data, and the metadata.
 */
export function writeDatabase (networks: Readonly<Record<string, object>>, type = 'GeoLite2-City'): Buffer {
  const nodes: [Branch, Branch][] = [[null, null]]
  const records = Object.entries(networks)
  for (const [i, [network]] of records.entries()) insert(nodes, network, i)
  const data: Buffer[] = []
  const offsets: number[] = []
  let length = 0
  for (const [, record] of records) {
    offsets.push(length)
    const encoded = encode(record)
    data.push(encoded)
    length += encoded.length
  }
  const tree = Buffer.alloc(nodes.length * 6)
  for (const [i, node] of nodes.entries()) {
    for (const [side, branch] of node.entries()) {
      const value = branch === null ? nodes.length : 'node' in branch ? branch.node : nodes.length + 16 + offsets[branch.record]!
      tree.writeUIntBE(value, i * 6 + side! * 3, 3)
    }
  }
  const metadata = { node_count: nodes.length, record_size: 24, ip_version: 4, database_type: type, languages: ['en'], binary_format_major_version: 2, binary_format_minor_version: 0, build_epoch: 1, description: { en: 'test' } }
  return Buffer.concat([tree, Buffer.alloc(16), ...data, Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1'), encode(metadata)])
}

type Branch = { node: number } | { record: number } | null

function insert (nodes: [Branch, Branch][], network: string, record: number): void {
  const [address, bits] = network.split('/') as [string, string]
  const value = address.split('.').reduce((value, part) => value * 256 + Number(part), 0)
  let at = 0
  for (let bit = 0; bit < Number(bits); bit++) {
    const side = Math.floor(value / 2 ** (31 - bit)) % 2 as 0 | 1
    if (bit === Number(bits) - 1) { nodes[at]![side] = { record }; return }
    let next = nodes[at]![side]
    if (next === null || 'record' in next) nodes[at]![side] = next = { node: nodes.push([null, null]) - 1 }
    at = next.node
  }
}

function encode (value: unknown): Buffer {
  if (typeof value === 'string') {
    const bytes = Buffer.from(value)
    return Buffer.concat([header(2, bytes.length), bytes])
  }
  if (typeof value === 'boolean') return Buffer.from([value ? 1 : 0, 7])
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(Number.isInteger(value) && value >= 0 ? 4 : 8)
    if (bytes.length === 4) bytes.writeUInt32BE(value)
    else bytes.writeDoubleBE(value)
    return Buffer.concat([header(bytes.length === 4 ? 6 : 3, bytes.length), bytes])
  }
  if (Array.isArray(value)) return Buffer.concat([Buffer.from([value.length, 4]), ...value.map(encode)])
  const members = Object.entries(value as object)
  return Buffer.concat([header(7, members.length), ...members.flatMap(([key, member]) => [encode(key), encode(member)])])
}

function header (type: number, size: number): Buffer {
  return size < 29 ? Buffer.from([type << 5 | size]) : Buffer.from([type << 5 | 29, size - 29])
}
