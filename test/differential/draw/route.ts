import type { Random } from '../../attacks/random.mjs'
import type { Route } from '../../conformance/suite.ts'

/** An upstream's answer of JSON text, framed by a length or by chunks. */
export function jsonRoute (random: Random, path: string, text: string, more: Partial<Route> = {}): Route {
  return textRoute(random, path, 'application/json', text, more)
}

/** An upstream's answer of any text. */
export function textRoute (random: Random, path: string, type: string, text: string, { headers, ...more }: Partial<Route> = {}): Route {
  return {
    path,
    method: '*',
    headers: { 'content-type': type, ...random.chance(0.5) && !more.gzip && { 'content-length': String(Buffer.byteLength(text)) }, ...headers },
    body: text,
    ...more
  }
}
