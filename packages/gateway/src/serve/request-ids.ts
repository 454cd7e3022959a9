import { randomBytes } from 'node:crypto'
import type { FastifyServerOptions } from 'fastify'
import { createProxyTrust, type Service } from '@floodgate/core'
import { requestIdHeader, type RequestIdSettings } from '@floodgate/engine'
import { ownSettings } from '../own-settings.ts'

type CreateId = NonNullable<FastifyServerOptions['genReqId']>

/** Ids that are taken from a request: of URLs, W3C trace ids, UUIDs, ULIDs, Base64; no blanks, quotes or control characters. */
const acceptable = /^[A-Za-z0-9._~+/=:@-]{1,128}$/

/**
 * Creates the ids of requests: unique over workers and restarts, 48 random bits for the process and a count. With
 * `floodgate.request_id` the header of a request gives its id, if it is acceptable; otherwise one is made.
 */
export function createRequestIds (model: Service): CreateId {
  const prefix = `${randomBytes(6).toString('hex')}-`
  let count = 0
  const make = (): string => prefix + (++count).toString(36)
  const settings: RequestIdSettings | undefined = ownSettings(model).request_id
  if (settings === undefined || settings.trust === false) return make
  const name = requestIdHeader(settings)
  const isTrusted = createProxyTrust(model)
  return (raw) => {
    const sent = raw.headers[name]
    return typeof sent === 'string' && acceptable.test(sent) && isTrusted(raw) ? sent : make()
  }
}
