import type { Readable } from 'node:stream'

/** Header fields by lower-case name; several values of one name as a list. */
export type Headers = Record<string, string | string[]>

/** Query parameters by name, values in the order they came. */
export type Query = Readonly<Record<string, readonly string[]>>

/** A stream that knows how much of it has been passed on, so that it need not be counted. */
export interface PassedBody extends Readable {
  /** Bytes written to the response; -1 = it is not piped into one. */
  readonly passedBytes: number
}

/** A whole body, or a stream of one; null = none. */
export type Body = Buffer | Readable | null
