import { isIP } from 'node:net'
import { parseDuration } from '@floodgate/go/duration'

interface Format {
  readonly fits: (text: string) => boolean
  /** For messages: `must be …`. */
  readonly name: string
  /** For tables. */
  readonly type: string
  /** A text that fits. */
  readonly example: string
}

/** Formats of texts that schemas may name; others are not checked. */
export const formats: Readonly<Record<string, Format>> = {
  'go-duration': {
    fits: (text) => parseDuration(text) !== null,
    name: 'a duration such as "300ms", "2s" or "1h30m"',
    type: 'duration',
    example: '1s'
  },
  'ip-range': {
    fits: isIpRange,
    name: 'an IP address or a network such as "10.0.0.0/8"',
    type: 'IP address or network',
    example: '127.0.0.1'
  }
}

/** Returns whether a text is an IP address or a network in CIDR notation. */
function isIpRange (text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  const family = isIP(address)
  if (family === 0 || more.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}
