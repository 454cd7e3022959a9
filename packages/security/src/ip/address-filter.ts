import { BlockList, isIP, isIPv4 } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { createClientIp, type Service } from '@floodgate/core'
import type { IpFilterSettings } from './settings.ts'

/** Returns the refused address ('' if it is unknown), or null if the request is allowed. */
export type RefusedAddress = (request: FastifyRequest) => string | null

const defaultHeaders = ['X-Forwarded-For', 'X-Real-IP', 'X-Appengine-Remote-Addr']

/**
 * Creates the filter of client addresses. With an allow list, a request whose address is unknown is refused.
 *
 * @throws {TypeError} an entry that is neither an address nor a network
 */
export function createAddressFilter (
  { CIDR: ranges, allow = false, client_ip_headers: headers, trusted_proxies: trusted = [] }: IpFilterSettings,
  model: Service
): RefusedAddress {
  const list = listOf(ranges)
  const router = { remote_ip_headers: headers?.length ? headers : defaultHeaders, trusted_proxies: trusted }
  const clientIp = createClientIp({ ...model, extra: { router } })
  return function refusedAddress (request) {
    const address = clientIp(request)
    const version = isIP(address)
    const listed = version !== 0 && list.check(address, version === 4 ? 'ipv4' : 'ipv6')
    return listed === allow ? null : address
  }
}

function listOf (ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits] = range.trim().split('/')
    const longest = isIPv4(address) ? 32 : 128
    const prefix = bits === undefined ? longest : /^\d+$/.test(bits) ? Number(bits) : NaN
    if (isIP(address) === 0 || !(prefix <= longest)) {
      throw new TypeError(`${JSON.stringify(range)} is not a valid IP address or network: write it like "10.0.0.0/8" or "127.0.0.1"`)
    }
    list.addSubnet(address, prefix, longest === 32 ? 'ipv4' : 'ipv6')
  }
  return list
}
