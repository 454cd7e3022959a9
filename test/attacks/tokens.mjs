// Every request has a token, and every answer of the upstream carries the token of its call. A token that is found in
// an answer on another connection means that answers were mixed up.
import { hash } from './random.mjs'

const pattern = /tk([0-9a-z]+)x([0-9a-z]+)z([0-9a-f]{8})/g

/** The token of a case's request, with a checksum: a token that a mutation damaged is no token. */
export function tokenOf (number, request) {
  const body = `tk${number.toString(36)}x${request.toString(36)}z`
  return body + hash(body).toString(16).padStart(8, '0')
}

/** The tokens in a text, in its order, as `{ number, request, token }`. */
export function tokensIn (text) {
  const found = []
  for (const [token, number, request, sum] of text.matchAll(pattern)) {
    if (hash(`tk${number}x${request}z`).toString(16).padStart(8, '0') === sum) found.push({ number: parseInt(number, 36), request: parseInt(request, 36), token })
  }
  return found
}
