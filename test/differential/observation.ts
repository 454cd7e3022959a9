import type { Seen } from '../conformance/suite.ts'

/** What came of a request, on both sides of the gateway. */
export interface Observation {
  /** 0: no answer came. */
  status: number
  /** Header lines in order. */
  lines: Line[]
  /** As UTF-8 where it is that, else `base64:…`. */
  body: string
  /** Whether the answer broke off. */
  broken?: true
  /** Why there is none. */
  error?: string
  /** Calls that upstreams saw, in the order of their arrival. */
  seen: SeenCall[]
}

export type Line = [name: string, value: string]

export interface SeenCall { server: string, method: string, path: string, lines: Line[], body: string }

/** What came of a whole script: either the gateway did not start, or there is a list for each case, one entry a request. */
export type Played = { refused: string, cases?: undefined } | { refused?: undefined, cases: Observation[][] }

/** Writes bytes as a text that tells them apart. */
export function textOf (bytes: Buffer): string {
  const text = bytes.toString()
  return Buffer.from(text).equals(bytes) ? text : `base64:${bytes.toString('base64')}`
}

export function seenCall ({ server, method, path, raw, body }: Seen): SeenCall {
  return { server, method, path, lines: raw ?? [], body: String(body ?? '') }
}
