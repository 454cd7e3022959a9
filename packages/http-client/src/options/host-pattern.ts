import { isIPv4, isIPv6 } from 'node:net'
import { domainToASCII } from 'node:url'

/** Says whether a host is meant. `host` as in a URL: in lower case, names in ASCII, IPv6 without brackets. */
export type HostPattern = (host: string, port: number) => boolean

const shape = /^(\*\.)?(\[[^\]]*\]|[^:[\]]+|[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*)(?::(\d{1,5}))?$/i

/**
 * Reads a host that a list names: a name for itself alone, `*.name` for all names below it, an address; each on every
 * port, or on the one behind a colon. Not the rules of NO_PROXY, where a name means those below it too.
 *
 * @returns null where it is none
 */
export function parseHostPattern (text: string): HostPattern | null {
  const [, wildcard, written = '', port] = shape.exec(text.trim()) ?? []
  const host = readHost(written)
  if (host === null || (wildcard !== undefined && !isName(host)) || (port !== undefined && (Number(port) < 1 || Number(port) > 65535))) {
    return null
  }
  const onPort = (other: number): boolean => port === undefined || other === Number(port)
  const suffix = `.${host}`
  return wildcard === undefined
    ? (other, otherPort) => other === host && onPort(otherPort)
    : (other, otherPort) => other.endsWith(suffix) && onPort(otherPort)
}

/** A host as URLs write it, without brackets; null = it is neither a name nor an address. */
export function readHost (text: string): string | null {
  if (text.startsWith('[') || isIPv6(text)) {
    const address = text.replace(/^\[|\]$/g, '')
    return isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : null
  }
  if (isIPv4(text)) return text
  // What stands behind one of these would be cut off.
  const name = /[\s/?#@\\]/.test(text) ? '' : domainToASCII(text)
  return isName(name) ? name : null
}

function isName (text: string): boolean {
  return /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_.])?$/.test(text) && !text.includes('..') && !/(?:^|\.)\d+\.?$/.test(text)
}
