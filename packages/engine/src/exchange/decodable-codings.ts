import type { Headers } from '@floodgate/core'

const DECODABLE = /^\s*(?:gzip|identity)\s*(?:;|$)/i

/**
 * Leaves of a client's Accept-Encoding what the gateway can decode, for a backend whose answers it decodes. With nothing
 * left the header goes, and the gateway asks for gzip by itself. The reference passes `br` on, and fails on the answer.
 *
 * @returns the same headers where nothing has to be changed, or a copy
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
