import { isIP } from 'node:net'

/** Tells whether a text is an IP address or a network in CIDR notation. */
export function isIpRange (text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  const family = isIP(address)
  if (family === 0 || more.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}
