import { attributeName, writeAttribute, writeTexts, type AttributeName } from './attributes.ts'
import { ProtobufWriter } from './protobuf-writer.ts'

/** What every span says of itself. */
export interface SpanHead {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  /** 16 hexadecimal digits. */
  readonly spanId: string
  /** '' = it has no parent. */
  readonly parentId: string
  /** Whether its parent is the client's. */
  readonly isRemoteParent: boolean
  /** Value of `tracestate`; '' = none. */
  readonly state: string
  readonly name: string
  readonly kind: 'server' | 'internal' | 'client'
  /** ms of `performance.now()`. */
  readonly start: number
  readonly end: number
  readonly status: 'unset' | 'ok' | 'error'
  /** Why it failed; '' if it did not. */
  readonly message: string
}

/** Takes an encoded span, a field `spans` of `ScopeSpans`, and copies what it keeps. Must not throw. */
export type TakeSpan = (span: Uint8Array) => void

const kinds = { internal: 1, server: 2, client: 3 } as const
const statuses = { unset: 0, ok: 1, error: 2 } as const
/** Flags of a recorded span: sampled, and whether its parent is known to be remote or not. */
const [localParent, remoteParent] = [0x101, 0x301]
/** Longest text of a name, a value or a header that is reported. */
const maxText = 8192

/**
 * Writes spans as protobuf when they end, so that none of their objects stays (opentelemetry-proto, trace/v1).
 * Between `begin` and `end` nothing else may be written.
 */
export class SpanWriter {
  readonly #writer = new ProtobufWriter()
  readonly #take: TakeSpan
  #start = 0

  constructor (take: TakeSpan) {
    this.#take = take
  }

  /** @param fixed attributes that are known at boot, by `encodeAttributes` */
  begin (span: SpanHead, fixed: Uint8Array): void {
    const writer = this.#writer
    writer.clear()
    writer.byte(0x12)
    this.#start = writer.beginMessage()
    writer.byte(0x0a)
    writer.hex(span.traceId)
    writer.byte(0x12)
    writer.hex(span.spanId)
    if (span.state !== '') {
      writer.byte(0x1a)
      writer.text(span.state)
    }
    if (span.parentId !== '') {
      writer.byte(0x22)
      writer.hex(span.parentId)
    }
    writer.byte(0x2a)
    writer.text(shorten(span.name))
    writer.byte(0x30)
    writer.byte(kinds[span.kind])
    writer.byte(0x39)
    writer.time(performance.timeOrigin + span.start)
    writer.byte(0x41)
    writer.time(performance.timeOrigin + span.end)
    writer.byte(0x7a)
    const status = writer.beginMessage()
    if (span.message !== '') {
      writer.byte(0x12)
      writer.text(shorten(span.message))
    }
    if (span.status !== 'unset') {
      writer.byte(0x18)
      writer.byte(statuses[span.status])
    }
    writer.endMessage(status)
    writer.byte(0x85)
    writer.byte(0x01)
    writer.fixed32(span.isRemoteParent ? remoteParent : localParent)
    writer.raw(fixed)
  }

  attribute (name: AttributeName, value: string | number | boolean): void {
    writeAttribute(this.#writer, name, typeof value === 'string' ? shorten(value) : value)
  }

  /** Headers that are reported: `http.request.header.user-agent` with a list of values. */
  headers (kind: 'request' | 'response', headers: Readonly<Record<string, unknown>>, skipped: ReadonlySet<string>): void {
    for (const name in headers) {
      const value = headers[name]
      if (value === undefined || skipped.has(name)) continue
      writeTexts(
        this.#writer,
        attributeName(shorten(`http.${kind}.header.${name}`)),
        Array.isArray(value) ? value.map((text) => shorten(String(text))) : [shorten(String(value))]
      )
    }
  }

  /** @param time ms of `performance.now()` */
  event (name: string, time: number, attributes: Uint8Array | null = null): void {
    const writer = this.#writer
    writer.byte(0x5a)
    const start = writer.beginMessage()
    writer.byte(0x09)
    writer.time(performance.timeOrigin + time)
    writer.byte(0x12)
    writer.text(name)
    if (attributes !== null) writer.raw(attributes)
    writer.endMessage(start)
  }

  end (): void {
    const writer = this.#writer
    writer.endMessage(this.#start)
    this.#take(writer.bytes)
  }
}

function shorten (text: string): string {
  return text.length > maxText ? text.slice(0, maxText) : text
}
