import type { FastifyRequest } from 'fastify'
import { firstHeaderLine } from '@floodgate/core'
import { compileGoPattern } from '@floodgate/go/regexp'

/**
 * Creates the function that returns the host of a request: from the first of the headers that is present, otherwise
 * from Host.
 */
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
 * Prepares the allowed hosts; null allows all.
 *
 * @throws {SyntaxError} an invalid expression
 */
export function prepareHosts (hosts: readonly string[], areRegex: boolean): ((host: string) => boolean) | null {
  if (hosts.length === 0) return null
  if (areRegex) {
    // Grouped, unlike in the reference, where `a|b` means "begins with a, or ends with b".
    const patterns = hosts.map((host) => compileGoPattern(`^(?:${host})$`))
    return (host) => patterns.some((pattern) => pattern.test(host))
  }
  const known = new Set(hosts.map((host) => host.toLowerCase()))
  return (host) => known.has(host) || known.has(host.toLowerCase())
}
