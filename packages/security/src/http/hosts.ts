import type { FastifyRequest } from 'fastify'
import { firstHeaderLine } from '@floodgate/core'
import { compileGoPattern } from '@floodgate/go'

/** Creates what tells the host a request asks for: from the first of the headers that is there, else its own. */
export function createHostOf (headers: readonly string[]): (request: FastifyRequest) => string {
  const names = headers.map((name) => name.toLowerCase())
  return function hostOf (request) {
    for (const name of names) {
      const value = firstHeaderLine(request, name)
      if (value) return value
    }
    return request.headers.host ?? firstHeaderLine(request, ':authority') ?? ''
  }
}

/**
 * Prepares the hosts that may be asked for; null = all.
 *
 * @throws {SyntaxError} an expression that cannot be had
 */
export function prepareHosts (hosts: readonly string[], areRegex: boolean): ((host: string) => boolean) | null {
  if (hosts.length === 0) return null
  if (areRegex) {
    // Grouped, unlike the reference: there `a|b` means "begins with a, or ends with b".
    const patterns = hosts.map((host) => compileGoPattern(`^(?:${host})$`))
    return (host) => patterns.some((pattern) => pattern.test(host))
  }
  const known = new Set(hosts.map((host) => host.toLowerCase()))
  return (host) => known.has(host) || known.has(host.toLowerCase())
}
