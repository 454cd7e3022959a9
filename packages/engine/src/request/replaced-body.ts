import type { Readable } from 'node:stream'
import type { Body, CoreRequest } from '@floodgate/core'

/** Fields that describe the bytes of the client's body. */
const ofTheseBytes = ['content-length', 'content-encoding', 'content-md5', 'content-digest', 'digest'] as const

/** Returns headers without those that describe the bytes of the client's body. */
export function dropBodyHeaders (headers: CoreRequest['headers']): CoreRequest['headers'] {
  const kept = { ...headers }
  for (const name of ofTheseBytes) delete kept[name]
  return kept
}

/** First bytes by content coding; codings without a signature (`br`) cannot be recognized. */
const beginnings: Readonly<Record<string, (first: number, second: number) => boolean>> = {
  gzip: (first, second) => first === 0x1f && second === 0x8b,
  'x-gzip': (first, second) => first === 0x1f && second === 0x8b,
  deflate: (first, second) => (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0,
  zstd: (first, second) => first === 0x28 && second === 0xb5,
  identity: () => true
}

/**
 * Removes the headers that described the client's body from a request whose body a hook has replaced: its length and
 * digests, and its coding if the new bytes no longer have it (a `preParsing` hook that decompresses, such as that of
 * @fastify/compress). Headers set by the hook are kept.
 */
export function describeReplaced (core: CoreRequest, replaced: NonNullable<Body>): void {
  const sent = core.incoming.raw.headersDistinct as NodeJS.Dict<string[]> | undefined
  const headers = { ...core.headers }
  for (const name of ofTheseBytes) {
    const value = headers[name]
    if (value === undefined || !isClients(value, sent?.[name])) continue
    if (name === 'content-encoding' && isCoded(String(value).trim().toLowerCase(), replaced)) continue
    delete headers[name]
  }
  core.headers = headers
}

function isClients (value: string | string[], sent: readonly string[] | undefined): boolean {
  return sent === undefined || String(value) === String(sent[0]) || String(value) === sent.join(', ')
}

/** Returns whether bytes still have the client's coding, by their first bytes. */
export function isCoded (coding: string, body: NonNullable<Body>): boolean {
  const begins = Object.hasOwn(beginnings, coding) ? beginnings[coding]! : () => false
  const head = Buffer.isBuffer(body) ? body : peek(body)
  return head !== null && head.length >= 2 && begins(head[0]!, head[1]!)
}

function peek (body: Readable): Buffer | null {
  if (body.readableLength === 0 || body.readableObjectMode) return null
  const head = body.read() as Buffer | null
  if (head !== null) body.unshift(head)
  return Buffer.isBuffer(head) ? head : null
}
