import { ChunkReader } from './chunk-reader.ts'
import { chunked, readFraming, untilClose, type Framing } from './framing.ts'
import { HeadReader, maxHeadLength } from './head-reader.ts'
import { parseHead, type AnswerHead } from './parse-head.ts'
import { WireError } from './wire-error.ts'

/** What a read has come to. */
export type AnswerEvent = 0 | 1 | 2 | 3
/** More is needed, or the answer has ended. */
export const nothing: AnswerEvent = 0
/** An interim answer: {@link AnswerReader.head}. */
export const interim: AnswerEvent = 1
/** The head of the answer: {@link AnswerReader.head}. */
export const headCame: AnswerEvent = 2
/** A part of the body, between {@link AnswerReader.start} and {@link AnswerReader.end}. */
export const bodyCame: AnswerEvent = 3

/** Interim answers before one answer; Go allows five. */
const maxInterim = 10
const noTrailers: readonly string[] = Object.freeze([])

/**
 * Reads one answer after the other out of bytes that come in any pieces. It knows no sockets, keeps no bytes but those
 * of a head that is not complete, and reads nothing behind the end of an answer.
 */
export class AnswerReader {
  event: AnswerEvent = nothing
  head: AnswerHead | null = null
  start = 0
  end = 0
  /** The answer is whole. */
  isDone = false
  readonly #headReader = new HeadReader(maxHeadLength)
  #method = 'GET'
  #framing: Framing | null = null
  #chunks: ChunkReader | null = null
  #left = 0
  #interims = 0
  #interimLength = 0

  /** Expects the answer to a request of this method. */
  begin (method: string): void {
    this.#headReader.reset()
    this.#method = method
    this.event = nothing
    this.head = null
    this.#framing = null
    this.#chunks = null
    this.isDone = false
    this.#left = this.#interims = this.#interimLength = 0
  }

  /** Something of an answer has come. */
  get hasBegun (): boolean { return this.#framing !== null || this.#interims > 0 || this.#headReader.length > 0 }

  /** Bytes that are still to come of the body, or of its chunk; Infinity = as many as come. */
  get missing (): number {
    if (this.#framing === null) return 0
    return this.#framing.length === chunked ? this.#chunks!.missing : this.#left
  }

  /** The connection may be used again after the answer, as far as that says. */
  get isReusable (): boolean {
    return this.isDone && this.#framing!.isReusable && (this.#chunks === null || this.#chunks.isStrict)
  }

  /** ms for which the server says that it keeps the connection; 0 = it does not say. */
  get keepAlive (): number { return this.#framing?.keepAlive ?? 0 }

  /** Names and values behind the last chunk. */
  get trailers (): readonly string[] { return this.#chunks?.trailers ?? noTrailers }

  /**
   * Reads up to the next event. Chunks are moved together in the bytes given.
   *
   * @returns where it stopped
   * @throws {WireError} when this is not an answer of HTTP/1.1
   */
  read (bytes: Buffer, from: number, to: number): number {
    this.event = nothing
    if (this.isDone || from === to) return from
    const framing = this.#framing
    if (framing === null) return this.#readHead(bytes, from, to)
    if (framing.length === chunked) {
      const chunks = this.#chunks!
      const at = chunks.read(bytes, from, to)
      this.#deliver(chunks.start, chunks.end)
      this.isDone = chunks.isDone
      return at
    }
    const at = Math.min(to, from + this.#left)
    this.#left -= at - from
    this.#deliver(from, at)
    this.isDone = this.#left === 0
    return at
  }

  /** The connection has ended, as it may: null = the answer is whole, or was none. */
  finish (): WireError | null {
    if (this.isDone) return null
    if (this.#framing === null) return new WireError('hangup', this.hasBegun ? 'the connection ended within the head of the answer' : 'other side closed')
    if (this.#framing.length !== untilClose) return new WireError('cut', 'the connection ended before the body was complete')
    this.isDone = true
    return null
  }

  #readHead (bytes: Buffer, from: number, to: number): number {
    const reader = this.#headReader
    const before = reader.length
    const end = reader.read(bytes, from, to)
    if (before < 5 && !reader.beginsLikeHttp) throw new WireError('malformed', 'it does not begin with HTTP/')
    if (end < 0) return to
    const head = this.head = parseHead(reader.text, reader.isStrict)
    const { length } = reader
    reader.reset()
    if (head.status < 200 && head.status !== 101) {
      this.#interimLength += length
      if (++this.#interims > maxInterim || this.#interimLength > maxHeadLength) throw new WireError('too large', `there are more than ${maxInterim} interim answers (1xx) before the answer`)
      this.event = interim
      return end
    }
    const framing = this.#framing = readFraming(head, this.#method)
    this.event = headCame
    if (framing.length === chunked) this.#chunks = new ChunkReader()
    else if (framing.length === 0) this.isDone = true
    else this.#left = framing.length === untilClose ? Infinity : framing.length
    return end
  }

  #deliver (start: number, end: number): void {
    if (start === end) return
    this.event = bodyCame
    this.start = start
    this.end = end
  }
}
