import type { JsonText } from '@floodgate/core'

/** A decoded document: an untouched JSON object as text, anything else as data; null for a document that is `null`. */
export type Content = JsonText | Record<string, unknown> | null

/** Decodes a whole body. Throws a Fault when it is not what the encoding says. */
export type Decode = (body: Buffer) => Content
