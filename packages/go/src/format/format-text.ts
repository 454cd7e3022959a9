import { canBackquote, quote } from '../quote/quote.ts'
import { encode } from '../text/go-string.ts'
import type { Flags } from './flags.ts'

/**
 * Writes a text as a verb of Go's fmt does (`s`, `v`, `q`, `x`, `X`), without padding.
 *
 * @returns null if the verb is not one of texts
 */
export function formatText (text: string, verb: string, flags: Flags): string | null {
  const { precision, sharp, sharpV, plus } = flags
  if (verb === 'x' || verb === 'X') return writeHex(text, verb, flags)
  if (verb !== 's' && verb !== 'v' && verb !== 'q') return null
  const shown = precision === null ? text : [...text].slice(0, precision).join('')
  if (verb === 's' || (verb === 'v' && !sharpV)) return shown
  return (sharp || sharpV) && canBackquote(shown) && verb === 'q' ? '`' + shown + '`' : quote(shown, plus)
}

function writeHex (text: string, verb: string, { precision, space, sharp }: Flags): string {
  const bytes = precision === null ? encode(text) : encode(text).subarray(0, precision)
  const prefix = sharp ? (verb === 'X' ? '0X' : '0x') : ''
  const pairs = [...bytes].map((byte) => {
    const pair = byte.toString(16).padStart(2, '0')
    return verb === 'X' ? pair.toUpperCase() : pair
  })
  if (space) return pairs.map((pair) => prefix + pair).join(' ')
  return pairs.length > 0 ? prefix + pairs.join('') : ''
}
