/** A decoded message of protobuf: its fields by number, each with all its values. */
type Message = Map<number, (Buffer | bigint)[]>

/** Reads protobuf's wire format without a schema. */
function decode (bytes: Buffer): Message {
  const message: Message = new Map()
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]!
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
    }
  }
  while (at < bytes.length) {
    const tag = Number(varint())
    const wire = tag & 7
    let value: Buffer | bigint
    if (wire === 0) value = varint()
    else if (wire === 1) { value = bytes.readBigUInt64LE(at); at += 8 } else if (wire === 5) { value = BigInt(bytes.readUInt32LE(at)); at += 4 } else {
      const length = Number(varint())
      value = bytes.subarray(at, at += length)
    }
    message.set(tag >> 3, [...message.get(tag >> 3) ?? [], value])
  }
  return message
}

const messages = (message: Message, field: number) => (message.get(field) ?? []).map((bytes) => decode(bytes as Buffer))
const text = (message: Message, field: number) => String(message.get(field)?.[0] ?? '')
const number = (message: Message, field: number) => Number(message.get(field)?.[0] ?? 0)
const hex = (message: Message, field: number) => (message.get(field)?.[0] as Buffer | undefined)?.toString('hex') ?? ''

function readValue (value: Message): unknown {
  if (value.has(1)) return text(value, 1)
  if (value.has(2)) return value.get(2)![0] === 1n
  if (value.has(3)) return number(value, 3)
  if (value.has(4)) {
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64LE(value.get(4)![0] as bigint)
    return bytes.readDoubleLE()
  }
  return messages(value, 5).flatMap((list) => messages(list, 1).map(readValue))
}

function readAttributes (message: Message, field: number): Record<string, unknown> {
  return Object.fromEntries(messages(message, field).map((pair) => [text(pair, 1), readValue(messages(pair, 2)[0] ?? new Map())]))
}

export interface ReadSpan {
  traceId: string
  spanId: string
  parentId: string
  state: string
  name: string
  kind: string
  start: number
  end: number
  status: string
  message: string
  attributes: Record<string, unknown>
  events: string[]
  resource: Record<string, unknown>
  scope: string
}

const kinds = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer']

/** Spans of an ExportTraceServiceRequest (opentelemetry-proto, trace/v1). */
export function readSpans (bytes: Buffer): ReadSpan[] {
  return messages(decode(bytes), 1).flatMap((ofResource) => messages(ofResource, 2).flatMap((ofScope) => messages(ofScope, 2).map((span) => {
    const status = messages(span, 15)[0] ?? new Map()
    return {
      traceId: hex(span, 1),
      spanId: hex(span, 2),
      state: text(span, 3),
      parentId: hex(span, 4),
      name: text(span, 5),
      kind: kinds[number(span, 6)]!,
      start: number(span, 7) / 1e6,
      end: number(span, 8) / 1e6,
      attributes: readAttributes(span, 9),
      events: messages(span, 11).map((event) => text(event, 2)),
      status: ['unset', 'ok', 'error'][number(status, 3)]!,
      message: text(status, 2),
      resource: readAttributes(messages(ofResource, 1)[0]!, 1),
      scope: text(messages(ofScope, 1)[0]!, 1)
    }
  })))
}

/** Names and kinds of the metrics of an ExportMetricsServiceRequest (opentelemetry-proto, metrics/v1). */
export function readMetrics (bytes: Buffer): { name: string, kind: string, unit: string, attributes: string[], points: Record<string, unknown>[] }[] {
  return messages(decode(bytes), 1).flatMap((ofResource) => messages(ofResource, 2).flatMap((ofScope) => messages(ofScope, 2).map((metric) => {
    const [field, kind, attributes] = ([[5, 'gauge', 7], [7, 'sum', 7], [9, 'histogram', 9]] as const).find(([field]) => metric.has(field))!
    const points = messages(messages(metric, field)[0]!, 1)
    const read = points.map((point) => readAttributes(point, attributes))
    return { name: text(metric, 1), unit: text(metric, 3), kind, attributes: Object.keys(read[0]!).sort(), points: read }
  })))
}
