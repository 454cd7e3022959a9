import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { RequestBody } from './request-body.ts'
import type { RequestHeaders } from './request-headers.ts'

/** A request for a transport, and its listener. After one of the last four events there are no more. */
export interface HopRequest {
  readonly method: string
  readonly path: string
  readonly query: Record<string, unknown> | undefined
  readonly headers: RequestHeaders
  readonly body: RequestBody
  /** Protocol to change to; null or absent = none. */
  readonly upgrade?: unknown
  /** `Host` where the headers have none. */
  readonly host: string
  /** The connection is closed after the answer. */
  readonly reset: boolean

  /** As for a {@link Waiter}, by what is between it and the pool. */
  onDialled? (dial: DialTimes): void
  /** The request is being sent now. @param isReused not as the first one of its connection */
  onSending (isReused: boolean): void
  /** All of it has been written. */
  onSent (): void
  /** An interim answer; there may be several. Fields are names and values, of one byte per character. */
  onInterim (status: number, fields: string[], reason: string): void
  onHead (status: number, fields: string[], reason: string): void
  onBody (chunk: Buffer): void
  /** The read is over that the head came in, and the answer is not. */
  onReadEnd (): void
  onEnd (trailers: readonly string[]): void
  onUpgrade (status: number, fields: string[], socket: Duplex): void
  /** The connection was lost before anything was sent: another one will do, whatever the request. */
  onGone (): void
  /** @param hasBegun something of an answer had come */
  onFailure (error: Error, hasBegun: boolean): void
}

/** What one request goes over: a connection of its own for so long, or a stream of one that others use too. */
export interface HopTransport {
  /** It says when a read is over. */
  readonly reportsReads: boolean
  /** What it goes over; absent = that is not known here. */
  readonly socket?: Socket | undefined
  send (hop: HopRequest): void
  /** Asks for no more of the body. */
  pause (): void
  resume (): void
  /** Ends the exchange: the hop receives no more events. */
  cancel (error: Error): void
}

/** What parts of a dial took, in ms; 0 = there was no such part. */
export interface DialTimes {
  readonly dnsTime: number
  readonly tlsTime: number
}

/** A call that waits for a transport. */
export interface Waiter {
  /** A connection was opened for it, or could not be, or a part of that is done: the last call counts. */
  onDialled (dial: DialTimes): void
  start (transport: HopTransport): void
  onError (error: Error): void
}
