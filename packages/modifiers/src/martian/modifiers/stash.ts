import type { Fields } from '../fields.ts'
import { setHeader, valuesOf } from '../message-headers.ts'
import type { Modifier } from '../modifier.ts'

/** `stash.Modifier`: puts the request's whole URL into a header, and copies that header to the response. */
export function stashModifier (fields: Fields): Modifier {
  const name = fields.text('headerName').toLowerCase()
  if (name === '') fields.problem('headerName', 'is missing: write the name of a header')
  const stash: Modifier = {
    request: ({ headers, request }) => { setHeader(headers, name, request.origin + request.target) },
    response: ({ headers }, call) => { setHeader(headers, name, valuesOf(call.headers, name)[0] ?? '') }
  }
  return stash
}
