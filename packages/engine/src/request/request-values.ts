import type { FastifyRequest } from 'fastify'
import { Fault, firstHeaderLine, requestValuesIn, type Backend, type CoreRequest, type Endpoint } from '@floodgate/core'
import { createQueryReader } from './query.ts'

type Params = Readonly<Record<string, string>>

const kinds = /^input_(headers|query_strings)\.(.+)$/

/**
 * Creates what adds the headers and query parameters that addresses of an endpoint's backends take
 * (`{input_headers.X-Tenant}` in `url_pattern` or `host`) to the parameters of a request, under their whole names. They need
 * not be let in by the endpoint; of several values the first counts. Null when no address takes one.
 *
 * What it returns throws a Fault of status 400 where the client sent no such value (KrakenD page "Dynamic routing"). Values
 * that only backends with a condition take may be missing: {@link createValueGuard} asks for them when such a backend is called.
 */
export function createRequestValues ({ backends }: Pick<Endpoint, 'backends'>): ((
  request: FastifyRequest,
  params: Params
) => Params) | null {
  const names = new Set(backends.flatMap(valuesOf))
  const needed = new Set(backends.filter((backend) => !mayBeLeftOut(backend)).flatMap(valuesOf))
  const reads = [...names].map((name) => {
    const [, kind, key] = kinds.exec(name)!
    return { name, read: kind === 'headers' ? readHeader(key!) : readParameter(key!), isNeeded: needed.has(name) }
  })
  if (reads.length === 0) return null
  return function addRequestValues (request, params) {
    const known: Record<string, string> = { ...params }
    for (const { name, read, isNeeded } of reads) {
      const value = read(request)
      if (value !== undefined && value !== '') known[name] = value
      else if (isNeeded) throw missingValue(name)
    }
    return known
  }
}

/**
 * Creates what refuses a request without a value that the address of a backend with a condition takes, when its condition
 * holds: the whole request is answered 400, whatever other backends answer. Null for other backends.
 */
export function createValueGuard (backend: Backend): ((request: CoreRequest) => void) | null {
  const names = mayBeLeftOut(backend) ? valuesOf(backend) : []
  if (names.length === 0) return null
  return function guardValues ({ params, call }) {
    for (const name of names) {
      if (params[name] !== undefined) continue
      const fault = missingValue(name)
      call.cancelRequest(fault)
      throw fault
    }
  }
}

/** Headers and query parameters that the addresses of a backend take. */
function valuesOf ({ urlPattern, hosts }: Pick<Backend, 'urlPattern' | 'hosts'>): string[] {
  return [urlPattern, ...hosts].flatMap(requestValuesIn).filter((name) => kinds.test(name))
}

function mayBeLeftOut ({ extra }: Partial<Pick<Backend, 'extra'>>): boolean {
  return extra?.['backend/conditional'] !== undefined
}

function readHeader (name: string): (request: FastifyRequest) => string | undefined {
  const key = name.toLowerCase()
  return (request) => firstHeaderLine(request, key)
}

function readParameter (name: string): (request: FastifyRequest) => string | undefined {
  const read = createQueryReader([name])
  return ({ raw }) => read(raw.url!)?.[name]?.[0]
}

function missingValue (name: string): Fault {
  return new Fault('request', 'FG_ERR_PROXY_VALUE', 'a value that the request must have is missing', {
    status: 400,
    detail: `the address of a backend takes {${name}}, and the request has no such value`
  })
}
