import type { FastifyRequest } from 'fastify'
import { Fault, firstHeaderLine, requestValuesIn, type Endpoint } from '@floodgate/core'
import { createQueryReader } from './query.ts'

type Params = Readonly<Record<string, string>>

const kinds = /^input_(headers|query_strings)\.(.+)$/

/**
 * Creates what adds the headers and query parameters that addresses of an endpoint's backends take
 * (`{input_headers.X-Tenant}` in `url_pattern` or `host`) to the parameters of a request, under their whole names. They need
 * not be let in by the endpoint; of several values the first counts. Null when no address takes one.
 *
 * What it returns throws a Fault of status 400 where the client sent no such value (KrakenD page "Dynamic routing").
 */
export function createRequestValues ({ backends }: Pick<Endpoint, 'backends'>): ((
  request: FastifyRequest,
  params: Params
) => Params) | null {
  const names = new Set(backends.flatMap(({ urlPattern, hosts }) => [urlPattern, ...hosts].flatMap(requestValuesIn)))
  const reads = [...names].flatMap((name) => {
    const [, kind, key] = kinds.exec(name) ?? []
    return kind === undefined ? [] : [{ name, read: kind === 'headers' ? readHeader(key!) : readParameter(key!) }]
  })
  if (reads.length === 0) return null
  return function addRequestValues (request, params) {
    const known: Record<string, string> = { ...params }
    for (const { name, read } of reads) {
      const value = read(request)
      if (value === undefined || value === '') throw missingValue(name)
      known[name] = value
    }
    return known
  }
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
