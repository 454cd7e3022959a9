import type { Headers } from '@floodgate/core'

const DECODABLE = /^\s*(?:gzip|identity)\s*(?:;|$)/i

/**
 * Restricts a client's Accept-Encoding to codings that the gateway can decode, for a backend whose responses it
 * decodes. If none is left, the header is removed, and the gateway requests gzip itself. The reference passes `br` on,
 * and fails on the response.
 *
 * @returns the same headers if nothing has to be changed, otherwise a copy
 */
export function withDecodableCodings (headers: Headers): Headers {
  const sent = headers['accept-encoding']
  if (sent === undefined) return headers
  const codings = [sent].flat().join(',').split(',')
  const kept = codings.filter((coding) => DECODABLE.test(coding))
  if (kept.length === codings.length) return headers
  const { 'accept-encoding': _, ...others } = headers
  return kept.length === 0 ? others : { ...others, 'accept-encoding': kept.join(',').trim() }
}
