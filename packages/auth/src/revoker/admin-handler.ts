import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { monotonicNow } from '@floodgate/core'
import type { SharedRevocations } from './revocations.ts'

export interface AdminOptions {
  readonly revocations: SharedRevocations
  /** Key that requests must send as `Authorization: Bearer KEY`; '' if none is required. */
  readonly apiKey: string
  now? (): number
}

const maxBytes = 1024 * 1024

/**
 * Creates the request handler of the revoker's port. Entries are `claim-value`, for example `jti-8f1c`:
 *
 * - `POST /tokens` with `{"tokens": ["jti-8f1c"]}` revokes entries: 204, or 507 if the list is full
 * - `GET /tokens/jti-8f1c` returns `{"revoked": true}`
 * - `DELETE /tokens/jti-8f1c` removes an entry: 204, or 404
 */
export function createAdminHandler ({ revocations, apiKey, now = monotonicNow }: AdminOptions): RequestListener {
  const isAllowed = createKeyCheck(apiKey)
  return function administer (request, response) {
    if (!isAllowed(request)) { answer(response, 401); return }
    const pathname = readPath(request.url ?? '/')
    if (pathname === '/tokens' && request.method === 'POST') {
      readEntries(request).then(async (entries) => {
        if (entries === null) answer(response, 400, { error: 'send {"tokens": ["claim-value"]} of at most 1 MB' })
        else answer(response, await revocations.add(entries, now()) ? 204 : 507)
      }).catch(() => { answerFailure(request, response) })
      return
    }
    const entry = readEntry(pathname)
    if (entry === null) answer(response, 404)
    else if (request.method === 'GET') answer(response, 200, { revoked: revocations.has(entry, now()) })
    else if (request.method === 'DELETE') {
      Promise.resolve(revocations.remove(entry)).then(
        (was) => { answer(response, was ? 204 : 404) },
        () => { answerFailure(request, response) }
      )
    } else answer(response, 405)
  }
}

function createKeyCheck (apiKey: string): (request: IncomingMessage) => boolean {
  if (apiKey === '') return () => true
  const digest = (text: string) => createHash('sha256').update(text).digest()
  const expected = digest(`Bearer ${apiKey}`)
  return ({ headers: { authorization = '' } }) => timingSafeEqual(digest(authorization), expected)
}

/** Returns the path of a request target in any of its forms (RFC 9112, section 3.2). `new URL` throws on `//`. */
function readPath (target: string): string {
  const [path = '/'] = target.replace(/^https?:\/\/[^/?#]*/i, '').split(/[?#]/, 1)
  return path
}

function readEntry (pathname: string): string | null {
  if (!pathname.startsWith('/tokens/')) return null
  try {
    return decodeURIComponent(pathname.slice('/tokens/'.length)) || null
  } catch {
    return null
  }
}

async function readEntries (request: IncomingMessage): Promise<string[] | null> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    length += (chunk as Buffer).length
    if (length <= maxBytes) chunks.push(chunk as Buffer)
  }
  if (length > maxBytes) return null
  try {
    const { tokens } = JSON.parse(Buffer.concat(chunks).toString()) as { tokens?: unknown }
    return Array.isArray(tokens) && tokens.length > 0 && tokens.every((token) => typeof token === 'string' && token !== '')
      ? tokens as string[]
      : null
  } catch {
    return null
  }
}

/** A worker hangs or has left: it is unknown whether every worker has made the change. */
function answerFailure (request: IncomingMessage, response: ServerResponse): void {
  if (request.destroyed && !request.complete) response.destroy()
  else answer(response, 500, { error: 'not all workers have confirmed the change: send the request again' })
}

function answer (response: ServerResponse, status: number, body?: object): void {
  if (body === undefined) response.writeHead(status).end()
  else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
