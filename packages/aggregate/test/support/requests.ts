import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { request as send } from 'undici'
import { Call, CoreRequest, Fault, type Backend, type Body, type Exchange, type Headers } from '@floodgate/core'

/** A raw exchange over undici, as small as it can be: one hop, ended by the request's call. */
export const exchange: Exchange = async ({ method, origin, target, headers, body, call }) => {
  const controller = new AbortController()
  const end = (reason: Fault) => { controller.abort(reason) }
  call.listen(end)
  try {
    const answer = await send(origin + target, { method: method as 'GET', headers, body, signal: controller.signal })
    answer.body.on('close', () => { call.unlisten(end) })
    return { status: answer.statusCode, headers: answer.headers as Headers, body: answer.body }
  } catch (error) {
    throw call.reason ?? new Fault('backend', 'FG_ERR_TEST', 'cannot reach the backend', { cause: error })
  }
}

export function createRequest ({ timeout = 2000, body = null, origin = '', target = '/', method = 'GET', headers = {} }: { timeout?: number, body?: Body, origin?: string, target?: string, method?: string, headers?: IncomingHttpHeaders } = {}): CoreRequest {
  const request = new CoreRequest({ headers, raw: { headers, rawHeaders: [] } } as unknown as FastifyRequest, new Call(timeout), method, {}, {}, null, body)
  request.origin = origin
  request.target = target
  return request
}

type Settings = Partial<Pick<Backend, 'encoding' | 'group' | 'target' | 'allow' | 'deny' | 'mapping' | 'isCollection' | 'extra' | 'urlPattern' | 'place'>>

/** A backend with nothing configured but this. */
export function createBackend (settings: Settings = {}): Backend {
  return {
    index: 0,
    hosts: ['http://127.0.0.1'],
    urlPattern: '/',
    method: 'GET',
    encoding: 'json',
    group: '',
    target: '',
    allow: [],
    deny: [],
    mapping: {},
    isCollection: false,
    inputHeaders: [],
    inputQueryStrings: [],
    sd: 'static',
    sdScheme: 'http',
    client: {} as Backend['client'],
    extra: {},
    place: [],
    ...settings
  }
}

/** Fields a fault must have, for `t.rejects` and `t.throws`. */
export function fault (fields: Record<string, unknown>): Error {
  return fields as unknown as Error
}
