const place = /\{((?:input_headers|input_query_strings|JWT)\.[\w\-.:/]+)\}/g

/**
 * Lists the values of a request that an address takes, without repeats (KrakenD page "Dynamic routing"):
 * `input_headers.X-Tenant`, `input_query_strings.region`, `JWT.claim`.
 *
 * @param text an `url_pattern` or a `host`
 */
export function requestValuesIn (text: string): string[] {
  return [...new Set(Array.from(text.matchAll(place), ([, name]) => name!))]
}
