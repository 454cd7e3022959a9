import dns, { type RecordWithTtl } from 'node:dns'
import { Resolver } from 'node:dns/promises'

/** The addresses of a name. */
export interface FoundAddresses {
  /** IPv4 addresses; null = the DNS did not say. */
  readonly four: readonly string[] | null
  /** The same of IPv6. At least one of both is there. */
  readonly six: readonly string[] | null
  /** ms for which that holds; null = not known, as of names in the file of hosts. */
  readonly ttl: number | null
}

/** Codes of an answer that says that there are no such records. */
const nothing = new Set(['ENOTFOUND', 'ENODATA'])

/**
 * Looks the A and AAAA records of a name up. A name that the DNS does not know, and one without a dot, are looked up as
 * the system does it: with its file of hosts and its search domains.
 *
 * @throws the error of the DNS (`code`: `ENOTFOUND`, `ETIMEOUT` …) if there is no address
 */
export async function lookUpAddresses (name: string, resolver: Resolver = new Resolver()): Promise<FoundAddresses> {
  if (!name.includes('.')) return lookUpInSystem(name)
  const [four, six] = await Promise.allSettled([resolver.resolve4(name, { ttl: true }), resolver.resolve6(name, { ttl: true })])
  const found = [four, six].flatMap((answer) => answer.status === 'fulfilled' ? answer.value : [])
  if (found.length === 0) {
    const error = [four, six].flatMap((answer) => answer.status === 'rejected' ? [answer.reason as NodeJS.ErrnoException] : [])
      .sort((a, b) => Number(nothing.has(a.code!)) - Number(nothing.has(b.code!)))[0]
    if (error !== undefined && !nothing.has(error.code!)) throw error
    return lookUpInSystem(name)
  }
  return { four: list(four), six: list(six), ttl: Math.min(...found.map(({ ttl }) => ttl)) * 1000 }
}

function list (answer: PromiseSettledResult<RecordWithTtl[]>): readonly string[] | null {
  if (answer.status === 'fulfilled') return answer.value.map(({ address }) => address)
  return nothing.has((answer.reason as NodeJS.ErrnoException).code!) ? [] : null
}

async function lookUpInSystem (name: string): Promise<FoundAddresses> {
  const found = await dns.promises.lookup(name, { all: true })
  const of = (version: number): string[] => found.filter(({ family }) => family === version).map(({ address }) => address)
  return { four: of(4), six: of(6), ttl: null }
}
