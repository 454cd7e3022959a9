import type { ServerResponse } from 'node:http'
import type { Http2ServerRequest, ServerHttp2Session, ServerHttp2Stream } from 'node:http2'
import { isRefused } from './guard-session.ts'

/** How many requests of one HTTP/2 connection begin in one turn of the event loop. */
const MOST = 32

const turn = Symbol('turn')

type Serve = (request: Http2ServerRequest, response: ServerResponse) => void

interface Turn {
  begun: number
  readonly serve: Serve
  readonly waiting: [Http2ServerRequest, ServerResponse][]
}

interface Shared extends ServerHttp2Session {
  [turn]?: Turn
}

/**
 * Begins a request of an HTTP/2 connection: at once, or in one of the next turns of the event loop when 32 of its connection
 * have begun in this one. One read holds a thousand requests: other connections wait less, and requests that the client
 * resets in the same read are never begun (CVE-2023-44487).
 */
export function beginInTurn (request: Http2ServerRequest, response: ServerResponse, serve: Serve): void {
  const { stream } = request
  if (isOver(stream)) return
  const current = (stream.session as Shared)[turn] ??= { begun: 0, serve, waiting: [] }
  if (current.begun++ === 0) setImmediate(beginWaiting, current)
  if (current.begun <= MOST) serve(request, response)
  else current.waiting.push([request, response])
}

function beginWaiting (current: Turn): void {
  current.begun = 0
  if (current.waiting.length === 0) return
  setImmediate(beginWaiting, current)
  let taken = 0
  for (const [request, response] of current.waiting) {
    if (current.begun === MOST) break
    taken++
    if (isOver(request.stream)) continue
    current.begun++
    current.serve(request, response)
  }
  current.waiting.splice(0, taken)
}

function isOver (stream: ServerHttp2Stream): boolean {
  // One that its client has reset without an error (code 0) is closed, and Node destroys it when it has been answered: never.
  if (stream.closed) stream.destroy()
  return isRefused(stream)
}
