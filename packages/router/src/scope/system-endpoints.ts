import type { FastifyRequest, RouteHandlerMethod } from 'fastify'
import { canonicalName } from '@floodgate/go/header'
import { writeGoJson } from '@floodgate/go/json'
import { decodePercent, encodeQuery, readQuery } from '@floodgate/go/url'
import { writtenUrl } from './routed.ts'

const JSON_TYPE = 'application/json; charset=utf-8'
const PONG = Buffer.from('{"message":"pong"}')

/** What the health endpoint says beside what KrakenD's does. */
export interface HealthDetail {
  /** Of the configuration. */
  readonly revision: string
  /** Whether it answers 503, because the gateway is about to stop; called per request. */
  isStopping (): boolean
}

/** Answers with the status of the gateway: KrakenD page "Health endpoint". */
export const healthHandler: RouteHandlerMethod = function health (_request, reply) {
  reply.header('content-type', JSON_TYPE).send(writeHealth('ok'))
}

/** Answers with the status of the gateway, and with more. */
export function createHealthHandler ({ revision, isStopping }: HealthDetail): RouteHandlerMethod {
  return function detailedHealth (_request, reply) {
    const stops = isStopping()
    reply.code(stops ? 503 : 200).header('content-type', JSON_TYPE).send(writeHealth(stops ? 'stopping' : 'ok', `"revision":"${revision}",`))
  }
}

function writeHealth (status: string, more = ''): Buffer {
  const now = new Date().toISOString().replace('T', ' ').replace('Z', '')
  return Buffer.from(`{"agents":{},"now":"${now} +0000 UTC m=+${process.uptime().toFixed(9)}",${more}"status":"${status}"}`)
}

/** Answers "pong" and logs the request at level debug: KrakenD page "Debug endpoint". */
export const debugHandler: RouteHandlerMethod = function debug (request, reply) {
  request.log.debug({ method: request.method, url: writtenUrl(request), headers: redact(request.headers) }, 'debug endpoint')
  reply.header('content-type', JSON_TYPE).send(PONG)
}

/** Answers with the request: KrakenD page "Echo endpoint". */
export const echoHandler: RouteHandlerMethod = async function echo (request, reply) {
  const uri = writtenUrl(request)
  const at = uri.indexOf('?')
  const query = (at < 0 ? null : readQuery(uri, at + 1)) ?? {}
  const body = await readBody(request.raw)
  const { headers } = request.raw
  const members: [string, unknown][] = [
    ['req_uri', uri],
    [
      'req_uri_details',
      {
        fragment: '',
        host: headers.host ?? headers[':authority'] ?? '',
        path: decodePercent(at < 0 ? uri : uri.slice(0, at)) ?? uri,
        query: encodeQuery(query),
        user: ''
      }
    ],
    ['req_method', request.method],
    ['req_querystring', query],
    ['req_body', body],
    ['req_headers', readHeaders(request)]
  ]
  reply.header('content-type', JSON_TYPE)
  return Buffer.from(`{${members.map(([key, value]) => `"${key}":${writeGoJson(value)}`).join(',')}}`)
}

async function readBody (stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

/** Header names as Go writes them, without Host, which is reported separately. */
function readHeaders ({ raw }: FastifyRequest): Record<string, string[]> {
  const headers: Record<string, string[]> = {}
  for (let i = 0; i + 1 < raw.rawHeaders.length; i += 2) {
    const name = raw.rawHeaders[i]!.toLowerCase()
    if (name.startsWith(':') || name === 'host' || name === 'transfer-encoding') continue
    const values = headers[canonicalName(name)] ??= []
    values.push(raw.rawHeaders[i + 1]!)
  }
  return headers
}

function redact (headers: FastifyRequest['headers']): FastifyRequest['headers'] {
  const secret = ['authorization', 'cookie', 'proxy-authorization']
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, secret.includes(name) ? '[redacted]' : value]))
}
