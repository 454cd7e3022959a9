import type { Backend, Endpoint, Place } from '@floodgate/core'
import type { Report } from '../locate/problem.ts'
import type { BackendKeys, EndpointKeys } from '@floodgate/settings'

/** Reports keys of an endpoint and its backends that have no effect because of other settings. */
export function checkEffects (keys: EndpointKeys, endpoint: Endpoint, report: Report): void {
  const { place, outputEncoding, backends } = endpoint
  const warn = (at: Place, message: string, instead: string): void => {
    report(
      { severity: 'warning', code: 'no-effect', place: at, at: 'key', message, instead }
    )
  }
  if (keys.cache_ttl !== undefined && endpoint.cacheTtl > 0 && outputEncoding === 'no-op') {
    warn(
      [...place, 'cache_ttl'],
      '"cache_ttl" has no effect with the output encoding no-op: the backend\'s own Cache-Control is passed on',
      'remove it, or let the backend send the header'
    )
  }
  for (const backend of backends) {
    const own: BackendKeys = keys.backend?.[backend.index] ?? {}
    if (own.sd_scheme && backend.sd !== 'dns') {
      warn([...backend.place, 'sd_scheme'], '"sd_scheme" has no effect without "sd": "dns"', 'write the scheme in "host"')
    }
    checkLists(endpoint, backend, warn)
    const { return_error_code: code, return_error_details: details } = (backend.extra['backend/http'] ?? {}) as {
      return_error_code?: boolean
      return_error_details?: string
    }
    const at = [...backend.place, 'extra_config', 'backend/http', 'return_error_code']
    if (code === true && details !== undefined) {
      warn(
        at,
        '"return_error_code" has no effect together with "return_error_details"',
        'keep one of them'
      )
    } else if (code === true && backends.length > 1) {
      warn(
        at,
        '"return_error_code" has no effect in an endpoint with several backends',
        'use "return_error_details"'
      )
    }
  }
}

/** The lists of a backend restrict the endpoint's lists and cannot extend them. */
function checkLists (
  { inputHeaders, inputQueryStrings }: Pick<Endpoint, 'inputHeaders' | 'inputQueryStrings'>,
  { place, inputHeaders: headers, inputQueryStrings: queries }: Backend,
  warn: (at: Place, message: string, instead: string) => void
): void {
  // The gateway itself adds these.
  const added = /^(?:content-type|user-agent|x-forwarded-.*|\*|)$/
  for (const [key, mine, allowed] of [
    ['input_headers', headers, inputHeaders],
    ['input_query_strings', queries, inputQueryStrings]
  ] as const) {
    if (allowed.includes('*')) continue
    const lost = mine.filter((name) => !allowed.includes(name) && !added.test(name))
    if (lost.length > 0) {
      warn(
        [...place, key],
        `${lost.map((name) => JSON.stringify(name)).join(', ')} of "${key}" never ${lost.length === 1 ? 'arrives' : 'arrive'}: the endpoint does not accept ${lost.length === 1 ? 'it' : 'them'}`,
        `add ${lost.length === 1 ? 'it' : 'them'} to the endpoint's "${key}" too`
      )
    }
  }
}
