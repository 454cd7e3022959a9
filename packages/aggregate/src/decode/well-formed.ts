import { isUtf8 } from 'node:buffer'

const SURROGATES = [Buffer.from('\\ud'), Buffer.from('\\uD')] as const

/** All escapes of JSON; the group matches lone surrogates. */
const ESCAPE = /\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|(u[dD][89a-fA-F][\da-fA-F]{2})|.)/gs

/**
 * Converts a backend's bytes to JSON text that any client can read, as the reference does: invalid UTF-8 and escaped
 * lone surrogates become U+FFFD. Returns the bytes themselves if they are valid.
 *
 * @param text the bytes as a string, if available
 */
export function toWellFormed (json: Buffer, text?: string): Buffer {
  // As long as its bytes: ASCII, or single bytes that are not UTF-8.
  if (text !== undefined && text.length === json.length && !text.includes('\ufffd') && !text.includes('\\u')) return json
  const utf8 = isUtf8(json)
  if (utf8 && !json.includes(SURROGATES[0]) && !json.includes(SURROGATES[1])) return json
  const read = text ?? json.toString()
  const repaired = read.replace(ESCAPE, (escape, half) => half === undefined ? escape : '\ufffd')
  return utf8 && repaired === read ? json : Buffer.from(repaired)
}
