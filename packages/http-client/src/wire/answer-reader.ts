import { ChunkReader } from './chunk-reader.ts'
import { chunked, readFraming, untilClose, type Framing } from './framing.ts'
import { HeadReader, maxHeadLength } from './head-reader.ts'
import { parseHead, type AnswerHead } from './parse-head.ts'
import { WireError } from './wire-error.ts'

/** The event at which reading stopped. */
export type AnswerEvent = 0 | 1 | 2 | 3
/** More is needed, or the answer has ended. */
const nothing: AnswerEvent = 0
/** An interim answer: {@link AnswerReader.head}. */
export const interim: AnswerEvent = 1
/** The head of the answer: {@link AnswerReader.head}. */
export const headCame: AnswerEvent = 2
/** A part of the body, between {@link AnswerReader.start} and {@link AnswerReader.end}. */
export const bodyCame: AnswerEvent = 3

/** Interim answers before one answer; Go allows five. */
const maxInterim = 10
const noTrailers: readonly string[] = Object.freeze([])
/** A longer head is not remembered. */
const maxKnown = 2048
/** After so many heads that all differed, only one of as many as stand below is remembered. */
const maxMisses = 16
const rarely = 256

/** A head that came, and what it was found to say. */
interface KnownHead {
  readonly text: string
  readonly head: AnswerHead
  readonly framing: Framing
  /** It answered a HEAD, whose answers have no body. */
  readonly isOfHead: boolean
}

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
  /** The last head. The next one is often the same, byte by byte, and then not parsed again. */
  #known: KnownHead | null = null
  /** Heads since one was as the one before. */
  #misses = 0

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
    if (this.#framing === null) {
      return new WireError('hangup', this.hasBegun ? 'the connection ended within the head of the answer' : 'other side closed')
    }
    if (this.#framing.length !== untilClose) return new WireError('cut', 'the connection ended before the body was complete')
    this.isDone = true
    return null
  }

  #readHead (bytes: Buffer, from: number, to: number): number {
    const reader = this.#headReader
    const before = reader.length
    if (this.#known !== null && before === 0) {
      const { text, head, framing, isOfHead } = this.#known
      if (isOfHead === (this.#method === 'HEAD') && bytes.toString('latin1', from, Math.min(from + text.length, to)) === text) {
        this.#misses = 0
        this.head = { status: head.status, reason: head.reason, version: head.version, fields: head.fields.slice(), isStrict: true }
        this.#follow(framing)
        return from + text.length
      }
      this.#known = null
    }
    const end = reader.read(bytes, from, to)
    if (before < 5 && !reader.beginsLikeHttp) throw new WireError('malformed', 'it does not begin with HTTP/')
    if (end < 0) return to
    const { length, text } = reader
    const head = this.head = parseHead(text, reader.isStrict)
    reader.reset()
    if (head.status < 200 && head.status !== 101) {
      this.#interimLength += length
      if (++this.#interims > maxInterim || this.#interimLength > maxHeadLength) {
        throw new WireError('too large', `there are more than ${maxInterim} interim answers (1xx) before the answer`)
      }
      this.event = interim
      return end
    }
    const framing = readFraming(head, this.#method)
    this.#misses++
    // The stored head must not be changed from outside.
    if ((this.#misses <= maxMisses || this.#misses % rarely === 0) && head.isStrict && before === 0 && length <= maxKnown) {
      this.#known = { text, head: { ...head, fields: head.fields.slice() }, framing, isOfHead: this.#method === 'HEAD' }
    }
    this.#follow(framing)
    return end
  }

  /** The head has come. */
  #follow (framing: Framing): void {
    this.#framing = framing
    this.event = headCame
    if (framing.length === chunked) this.#chunks = new ChunkReader()
    else if (framing.length === 0) this.isDone = true
    else this.#left = framing.length === untilClose ? Infinity : framing.length
  }

  #deliver (start: number, end: number): void {
    if (start === end) return
    this.event = bodyCame
    this.start = start
    this.end = end
  }
}
