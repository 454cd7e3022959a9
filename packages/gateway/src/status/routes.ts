import type { IncomingMessage, ServerResponse } from 'node:http'
import { isFromElsewhere, type Access } from './access.ts'
import { mostViewers, type Feed } from './feed.ts'
import type { Page } from './page/page.ts'

/** Bytes of the form with the token. */
const longestForm = 4_096

const common = {
  'cache-control': 'no-store',
  // Of what is not a page, which has its own.
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin'
}

export interface StatusRoutes {
  readonly access: Access
  readonly feed: Feed
  readonly page: Page
}

/** Answers a request to the port of the status page. */
export async function answerStatus (
  request: IncomingMessage,
  response: ServerResponse,
  { access, feed, page }: StatusRoutes
): Promise<void> {
  const { method = '', url = '', headers } = request
  const path = url.split('?', 1)[0]
  for (const [name, value] of Object.entries(common)) response.setHeader(name, value)
  const refuse = (status: number, text: string): void => {
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`)
  }
  const sendPage = (status: number, { html, policy }: Page['status']): void => {
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy }).end(html)
  }
  const decision = access.check(headers)
  if (decision === 'host') return refuse(421, 'This address serves localhost only: open it as http://localhost, through a tunnel if it is another machine.')
  // Its answer could not be read there, but its streams would take the places of viewers.
  if (isFromElsewhere(headers)) return refuse(403, 'a page of another site asks')
  // The form is sent to the address of the page, so that the part behind # stays.
  if (access.signIn !== null && method === 'POST' && (path === '/' || path === '/login')) {
    const cookie = access.signIn(await readForm(request))
    if (cookie === null) return sendPage(401, page.refused)
    response.writeHead(303, { location: '/', 'set-cookie': cookie }).end()
    return
  }
  if (path !== '/' && path !== '/events' && path !== '/status.json') return refuse(404, '404 page not found')
  if (method !== 'GET' && method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD')
    return refuse(405, 'use GET')
  }
  if (decision === 'token') {
    if (path === '/') return sendPage(401, page.signIn)
    response.setHeader('www-authenticate', 'Bearer')
    return refuse(401, 'a token is needed')
  }
  if (path === '/') return sendPage(200, page.status)
  if (path === '/status.json') {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(await feed.read()))
    return
  }
  // Before the first bytes, which the feed writes.
  response.statusCode = 200
  response.setHeader('content-type', 'text/event-stream')
  if (method === 'HEAD' && !feed.isFull) response.end()
  else if (method === 'HEAD' || !await feed.follow(response)) {
    response.removeHeader('content-type')
    refuse(503, `${mostViewers} viewers are connected, which is the most`)
  }
}

/** Reads a small form; a longer one is discarded. */
async function readForm (request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size <= longestForm) parts.push(part)
    else parts.length = 0
  }
  return Buffer.concat(parts).toString()
}
