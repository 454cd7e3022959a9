import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort, trackSockets, type Teardown } from '@floodgate/testing'

/** The built command. `FLOODGATE_BIN` names another build's. */
const bin = process.env.FLOODGATE_BIN ?? path.resolve(import.meta.dirname, '../../packages/cli/dist/bin.js')
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(NODE_OPTIONS|NODE_V8_COVERAGE|TAP|TS_NODE|_TAPJS|HTTPS?_PROXY|NO_PROXY|KRAKEND_)/i.test(name)))

/** The command, serving. */
export interface Attacked {
  readonly port: number
  readonly url: string
  readonly child: ChildProcess
  readonly file: string
  /** Everything it printed. */
  log (): string
  /** The code or signal it ended with; null while it runs. */
  exit (): number | string | null
}

/** Serves a configuration with the built command, on a free port, until the test ends. `output`: a descriptor in place of pipes that are read. */
export async function attackable (t: Teardown, config: object, { args = [], output = 'pipe' }: { args?: string[], output?: number | 'pipe' } = {}): Promise<Attacked> {
  const port = await freePort()
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'floodgate-attacked-'))
  const file = path.join(folder, 'krakend.json')
  fs.writeFileSync(file, JSON.stringify({ version: 3, port, listen_ip: '127.0.0.1', ...config }))
  const child = spawn(process.execPath, [bin, 'run', '-c', file, ...args], { stdio: ['ignore', output, output], env: environment })
  let log = ''
  let exit: number | string | null = null
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => { log += data })
  child.on('exit', (code, signal) => { exit = code ?? signal })
  t.teardown(async () => {
    if (exit === null) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    fs.rmSync(folder, { recursive: true })
  })
  while (!await reachable(port)) {
    if (exit !== null) throw new Error(`the gateway ended with ${exit}: ${log}`)
    await wait(20)
  }
  return { port, url: `http://127.0.0.1:${port}`, child, file, log: () => log, exit: () => exit }
}

/** What a verb of the command prints about a configuration, and its exit code. */
export async function command (t: Teardown, args: string[], config: object | string): Promise<{ code: number | null, said: string }> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'floodgate-attacked-'))
  t.teardown(() => { fs.rmSync(folder, { recursive: true }) })
  const file = path.join(folder, 'krakend.json')
  fs.writeFileSync(file, typeof config === 'string' ? config : JSON.stringify({ version: 3, ...config }, null, 2))
  const child = spawn(process.execPath, [bin, ...args, '-c', file], { stdio: ['ignore', 'pipe', 'pipe'], env: environment })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => { said += data })
  const [code] = await once(child, 'close')
  return { code, said }
}

/** Sends bytes, and resolves to what came until the connection ended; with `end` the client half-closes. */
export async function wire (port: number, bytes: string, { end = false, within = 10_000 } = {}): Promise<string> {
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  let text = ''
  socket.on('data', (chunk) => { text += chunk.toString('latin1') })
  socket.on('error', () => {})
  socket.write(Buffer.from(bytes, 'latin1'))
  if (end) socket.end()
  const timer = setTimeout(() => { socket.destroy() }, within)
  await new Promise<void>((resolve) => {
    socket.on('end', () => { resolve() })
    socket.on('close', () => { resolve() })
  })
  clearTimeout(timer)
  socket.destroy()
  return text
}

/** The status codes of the answers in a text of a connection. */
export function statuses (text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status))
}

/** Asks once. A connection that breaks is status 0. */
export async function ask (url: string, { method = 'GET', headers = {}, body, within = 15_000 }: { method?: string, headers?: http.OutgoingHttpHeaders, body?: string | Buffer, within?: number } = {}): Promise<{ status: number, headers: http.IncomingHttpHeaders, body: string }> {
  return new Promise((resolve) => {
    const request = http.request(url, { method, headers, agent: false, timeout: within }).on('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part) => { text += part })
      response.on('end', () => { resolve({ status: response.statusCode!, headers: response.headers, body: text }) })
      response.on('error', () => { resolve({ status: 0, headers: {}, body: text }) })
    })
    request.on('timeout', () => { request.destroy() })
    request.on('error', () => { resolve({ status: 0, headers: {}, body: '' }) })
    request.end(body)
  })
}

/** An upstream that counts its calls, answers `/slow` late, `/never` never and `/cached…` for a minute, and tells others what it was sent. */
export interface Upstream {
  readonly host: string
  readonly seen: { method: string, url: string, headers: http.IncomingHttpHeaders, rawHeaders: string[], body: string }[]
  /** Calls under way, and the most that there were at a time. */
  running: number
  most: number
}

export async function upstream (t: Teardown, answer?: (request: http.IncomingMessage, body: string) => object): Promise<Upstream> {
  const state: Upstream = { host: '', seen: [], running: 0, most: 0 }
  const server = http.createServer((request, response) => {
    let body = ''
    state.running++
    state.most = Math.max(state.most, state.running)
    response.on('close', () => { state.running-- })
    request.on('error', () => {})
    request.setEncoding('latin1').on('data', (part) => { body += part }).on('end', () => {
      const { method = '', url = '', headers, rawHeaders } = request
      state.seen.push({ method, url, headers, rawHeaders, body })
      if (url.startsWith('/never')) return
      const send = () => { response.writeHead(200, { 'content-type': 'application/json', ...url.startsWith('/cached') && { 'cache-control': 'public, max-age=60' } }).end(JSON.stringify(answer?.(request, body) ?? { url, body, forwarded: headers['x-forwarded-host'] })) }
      if (url.startsWith('/slow')) setTimeout(send, 300)
      else send()
    })
  })
  const sockets = trackSockets(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return Object.assign(state, { host: `http://127.0.0.1:${(server.address() as net.AddressInfo).port}` })
}

/** An endpoint that passes answers through. */
export function pass (endpoint: string, host: string, { method = 'GET', url = endpoint, ...more }: { method?: string, url?: string, [key: string]: unknown } = {}): object {
  return { endpoint, method, output_encoding: 'no-op', backend: [{ host: [host], url_pattern: url, method, encoding: 'no-op' }], ...more }
}

/** Waits until something holds; false when it does not within `within` ms. */
export async function holds (what: () => boolean, within = 5000): Promise<boolean> {
  const end = performance.now() + within
  while (!what()) {
    if (performance.now() > end) return false
    await wait(10)
  }
  return true
}

/** Whether something accepts connections on a port. */
export async function reachable (port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => { resolve(false) })
  })
}
