import type { Readable } from 'node:stream'

/** Header fields by lower-case name; several values of one name as a list. */
export type Headers = Record<string, string | string[]>

/** Query parameters by name, values in the order they came. */
export type Query = Readonly<Record<string, readonly string[]>>

/** A whole body, or a stream of one; null = none. */
export type Body = Buffer | Readable | null
