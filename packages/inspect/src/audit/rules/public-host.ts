import { BlockList, isIP } from 'node:net'

const reserved = new BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12],
  ['192.168.0.0', 16]
] as const) reserved.addSubnet(network, bits, 'ipv4')
for (const [network, bits] of [['::', 127], ['fc00::', 7], ['fe80::', 10]] as const) reserved.addSubnet(network, bits, 'ipv6')

/** Suffixes of private host names (RFC 6761, RFC 6762, RFC 8375, and what clusters use). */
const inside = /(?:^|\.)(?:localhost|local|internal|intranet|private|corp|home|lan|test|invalid|arpa|svc|cluster)$/

/**
 * Returns whether an origin may be on the internet: a name with a dot and without a private suffix, or a public
 * address.
 */
export function isPublicHost (origin: string): boolean {
  if (!URL.canParse(origin)) return false
  const host = new URL(origin).hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  const family = isIP(host)
  if (family !== 0) return !reserved.check(host, family === 4 ? 'ipv4' : 'ipv6')
  return host.includes('.') && !inside.test(host)
}
