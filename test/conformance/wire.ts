import net from 'node:net'
import { byteCycle } from './byte-cycle.ts'
import type { Seen, SuiteRequest } from './suite.ts'

/** A route of a server that speaks bytes. */
export interface WireRoute {
  path: string
  /** Written as it is, a byte a character. */
  wire: string
  /** Bytes of a body behind it. */
  bytes?: number
  /** What happens to the connection behind the answer: a FIN, or a RST. */
  close?: true | 'reset'
}

/** One answer found in what came back on a connection; null for what is no answer. */
export interface WireAnswer { status: number | null, body: string }

const notFound: WireRoute = { path: '', wire: 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n' }

/** Creates a server whose answers are bytes. It reads a request by its Content-Length, or to its last chunk. */
export function createWireServer (name: string, routes: readonly WireRoute[], seen: Seen[]): net.Server {
  return net.createServer((socket) => {
    let text = ''
    socket.on('error', () => {})
    socket.on('data', (data) => {
      text += data.toString('latin1')
      for (let request = readRequest(text); request !== null; request = readRequest(text)) {
        text = text.slice(request.length)
        const { method, path, headers, body } = request
        seen.push({ server: name, method, path, headers, body })
        const { wire, bytes, close } = routes.find((route) => route.path === path.split('?')[0]) ?? notFound
        socket.write(Buffer.from(wire, 'latin1'))
        if (bytes) socket.write(byteCycle(bytes))
        if (close === 'reset') socket.resetAndDestroy()
        else if (close) socket.end()
      }
    })
  })
}

/** Takes the first request of a text; null while it is not there whole. */
function readRequest (text: string): { method: string, path: string, headers: Record<string, string>, body: string, length: number } | null {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return null
  const [line, ...fields] = text.slice(0, end).split('\r\n')
  const [method, path] = line!.split(' ')
  const headers = Object.fromEntries(fields.map((field) => [field.slice(0, field.indexOf(':')).toLowerCase(), field.slice(field.indexOf(':') + 1).trim()]))
  const chunked = /chunked/i.test(headers['transfer-encoding'] ?? '')
  const start = end + 4
  const bodyEnd = chunked ? text.indexOf('0\r\n\r\n', end) + 5 : start + Number(headers['content-length'] ?? 0)
  if (bodyEnd < start || text.length < bodyEnd) return null
  const raw = text.slice(start, bodyEnd)
  return { method: method!, path: path!, headers, body: chunked ? joinChunks(raw).body : raw, length: bodyEnd }
}

/** Reads chunks as far as they are whole; `rest` is what follows the last. */
function joinChunks (text: string): { body: string, rest: string } {
  let body = ''
  for (let rest = text; ;) {
    const line = rest.indexOf('\r\n')
    const size = line < 0 ? NaN : parseInt(rest.slice(0, line), 16)
    if (!(size >= 0)) return { body, rest }
    body += rest.slice(line + 2, line + 2 + size)
    rest = rest.slice(line + 4 + size)
    if (size === 0) return { body, rest }
  }
}

/** Sends bytes on a connection of their own, and gathers the answers until it closes or nothing comes any more. */
export async function sendWire (port: number, { wire = '', then, gap = 50, quiet = 300, leave, slow = false, settle = 100 }: SuiteRequest): Promise<WireAnswer[]> {
  let received = ''
  await new Promise<void>((resolve) => {
    const socket = net.connect(port, '127.0.0.1')
    const giveUp = (ms: number): void => { clearTimeout(timer); timer = setTimeout(() => { socket.destroy() }, ms) }
    let timer: NodeJS.Timeout | undefined
    giveUp(8000)
    socket.on('connect', () => {
      socket.write(Buffer.from(wire, 'latin1'))
      if (then !== undefined) setTimeout(() => { if (!socket.destroyed) socket.write(Buffer.from(then, 'latin1')) }, gap)
      if (leave) setTimeout(() => { socket.destroy() }, leave)
      else if (!slow) giveUp(Math.max(2500, quiet))
    })
    socket.on('data', (data) => { received += data.toString('latin1'); giveUp(quiet) })
    socket.on('error', () => {})
    socket.on('close', () => { clearTimeout(timer); resolve() })
  })
  await new Promise((resolve) => setTimeout(resolve, settle)) // for what servers see late
  return readAnswers(received)
}

function readAnswers (bytes: string): WireAnswer[] {
  const answers: WireAnswer[] = []
  for (let rest = bytes; ;) {
    const end = rest.indexOf('\r\n\r\n')
    if (end < 0 || !rest.startsWith('HTTP/1.')) {
      if (rest !== '') answers.push({ status: null, body: rest.slice(0, 200) })
      return answers
    }
    const head = rest.slice(0, end).toLowerCase()
    const status = Number(rest.slice(9, 12))
    rest = rest.slice(end + 4)
    if (status < 200) continue
    let body = ''
    if (status !== 204 && status !== 304) {
      const length = /\r\ncontent-length: *(\d+)/.exec(head)?.[1]
      if (/\r\ntransfer-encoding: *chunked/.test(head)) ({ body, rest } = joinChunks(rest))
      else [body, rest] = length === undefined ? [rest, ''] : [rest.slice(0, Number(length)), rest.slice(Number(length))]
    }
    answers.push({ status, body })
  }
}
