import { isUtf8 } from 'node:buffer'

const SURROGATES = [Buffer.from('\\ud'), Buffer.from('\\uD')] as const

/** Everything a backslash can start in a JSON text; the group is half a pair alone. */
const ESCAPE = /\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|(u[dD][89a-fA-F][\da-fA-F]{2})|.)/gs

/**
 * Makes JSON text that any client can read of a backend's bytes, as the reference does: what is no UTF-8, and halves
 * of surrogate pairs written as escapes, become U+FFFD. Hands the bytes themselves back where nothing is wrong with
 * them.
 *
 * @param text the bytes as a string, where somebody has it
 */
export function toWellFormed (json: Buffer, text?: string): Buffer {
  // As long as its bytes: ASCII, or single bytes that are no UTF-8.
  if (text !== undefined && text.length === json.length && !text.includes('\ufffd') && !text.includes('\\u')) return json
  const utf8 = isUtf8(json)
  if (utf8 && !json.includes(SURROGATES[0]) && !json.includes(SURROGATES[1])) return json
  const read = text ?? json.toString()
  const repaired = read.replace(ESCAPE, (escape, half) => half === undefined ? escape : '\ufffd')
  return utf8 && repaired === read ? json : Buffer.from(repaired)
}
