import { asText } from '@floodgate/core'
import { attributeName, encodeAttributes, writeAttribute, writeTexts, type AttributeName } from './attributes.ts'
import type { Attribute } from '../metrics/meter.ts'
import { ProtobufWriter } from './protobuf-writer.ts'
import type { SpanContext } from './span-context.ts'
import { SpanSchedule } from './span-schedule.ts'

/** What is known at boot of all spans of one kind, encoded. */
export type SpanTemplate = Uint8Array

/** What a span says of itself beside its template. */
export interface SpanHead {
  readonly context: SpanContext
  /** null = it has none. */
  readonly parent: SpanContext | null
  /** Whether its parent is the client's. */
  readonly isRemoteParent: boolean
  /** '' = the template has it. */
  readonly name: string
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
/** When `performance.now()` was 0, in ms since the epoch. */
const { timeOrigin } = performance

/**
 * Encodes what all spans of one kind have in common.
 *
 * @param name '' = each span has its own
 */
export function encodeTemplate (kind: keyof typeof kinds, name: string, attributes: readonly Attribute[]): SpanTemplate {
  const writer = new ProtobufWriter()
  writer.byte(0x30)
  writer.byte(kinds[kind])
  if (name !== '') {
    writer.byte(0x2a)
    writer.text(shorten(name))
  }
  writer.raw(encodeAttributes(attributes))
  return writer.bytes
}

/** Names of headers that carry secrets, beyond the known ones. */
const secretName = /secret|token|passw|api-?key|credential|authori[sz]ation|cookie|signature/i
/** Values that do, whatever their header: of HTTP authentication, and JSON web tokens. */
const credentials = /^(?:bearer|basic|digest|negotiate) \S|(?:^|[\s=])eyJ[\w-]{8,}\.[\w-]+\./i

/**
 * Writes spans as protobuf soon after they have ended, so that none of their objects stays (opentelemetry-proto, trace/v1).
 * Between `begin` and `end` nothing else may be written.
 */
export class SpanWriter {
  readonly #writer = new ProtobufWriter()
  readonly #take: TakeSpan
  readonly #schedule: SpanSchedule
  #start = 0

  constructor (take: TakeSpan, schedule = new SpanSchedule((error) => { throw error })) {
    this.#take = take
    this.#schedule = schedule
  }

  /** Schedules a function that writes one span, or several, by the methods below. */
  later (write: () => void): void {
    this.#schedule.add(write)
  }

  begin (template: SpanTemplate, { context, parent, isRemoteParent, name, start, end, status, message }: SpanHead): void {
    const writer = this.#writer
    writer.clear()
    writer.byte(0x12)
    this.#start = writer.beginLongMessage()
    writer.byte(0x0a)
    writer.byte(16)
    writer.eightBytes(context.trace0, context.trace1)
    writer.eightBytes(context.trace2, context.trace3)
    writer.byte(0x12)
    writer.byte(8)
    writer.eightBytes(context.span0, context.span1)
    if (context.state !== '') {
      writer.byte(0x1a)
      writer.text(context.state)
    }
    if (parent !== null) {
      writer.byte(0x22)
      writer.byte(8)
      writer.eightBytes(parent.span0, parent.span1)
    }
    if (name !== '') {
      writer.byte(0x2a)
      writer.text(shorten(name))
    }
    writer.byte(0x39)
    writer.time(timeOrigin + start)
    writer.byte(0x41)
    writer.time(timeOrigin + end)
    writer.byte(0x7a)
    if (message === '') {
      writer.byte(2)
      writer.byte(0x18)
      writer.byte(statuses[status])
    } else this.#failed(statuses[status], message)
    writer.byte(0x85)
    writer.byte(0x01)
    writer.fixed32(isRemoteParent ? remoteParent : localParent)
    writer.raw(template)
  }

  #failed (status: number, message: string): void {
    const writer = this.#writer
    const start = writer.beginMessage()
    writer.byte(0x12)
    writer.text(shorten(message))
    writer.byte(0x18)
    writer.byte(status)
    writer.endMessage(start)
  }

  attribute (name: AttributeName, value: string | number | boolean): void {
    writeAttribute(this.#writer, name, typeof value === 'string' ? shorten(value) : value)
  }

  /**
   * Headers that are reported: `http.request.header.user-agent` with a list of values. Those whose name or value says that they
   * carry a secret are left out, besides `skipped`.
   */
  headers (kind: 'request' | 'response', headers: Readonly<Record<string, unknown>>, skipped: ReadonlySet<string>): void {
    for (const name in headers) {
      const value = headers[name]
      // Fields of HTTP/2 that begin with a colon are no headers; one of them has the query.
      if (value === undefined || name.startsWith(':') || skipped.has(name) || secretName.test(name)) continue
      const texts = (Array.isArray(value) ? value : [value]).map((text) => shorten(asText(text)))
      if (texts.some((text) => credentials.test(text))) continue
      writeTexts(this.#writer, attributeName(shorten(`http.${kind}.header.${name}`)), texts)
    }
  }

  /** @param time ms of `performance.now()` */
  event (name: string, time: number, attributes: Uint8Array | null = null): void {
    const writer = this.#writer
    writer.byte(0x5a)
    const start = writer.beginMessage()
    writer.byte(0x09)
    writer.time(timeOrigin + time)
    writer.byte(0x12)
    writer.text(name)
    if (attributes !== null) writer.raw(attributes)
    writer.endMessage(start)
  }

  end (): void {
    const writer = this.#writer
    writer.endLongMessage(this.#start)
    this.#take(writer.bytes)
  }
}

function shorten (text: string): string {
  return text.length > maxText ? text.slice(0, maxText) : text
}
