/** A service that speaks SOAP: an envelope with the code of a port gets one with its name. */
export function soap ({ headers, body }) {
  const [, code] = /<Code>(.*)<\/Code>/.exec(body) ?? []
  if (headers.soapaction !== 'urn:GetPort' || code === undefined) return [500, {}, '']
  return [200, { 'content-type': 'text/xml' }, `<?xml version="1.0"?><Envelope><Body><Port><code>${code}</code><name>Romanshorn</name><berths>4</berths></Port></Body></Envelope>`]
}

/** A service that speaks GraphQL, of which it knows two operations. */
export function graphql ({ body }) {
  const { query, variables } = JSON.parse(body)
  if (query.startsWith('query Seats')) return { data: { sailing: { free: 120, taken: variables.id.length } } }
  if (query.startsWith('mutation Hold')) return { data: { hold: { ok: true, seat: variables.seat, line: variables.line } } }
  return { errors: [{ message: 'unknown operation' }] }
}
