import { createHash } from 'node:crypto'
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import zlib from 'node:zlib'
import { freePort, readAll } from '@floodgate/testing'
import { pinsOf } from './certificates.ts'
import { differences, ignoredHeaders, parseBody, significant } from './compare.ts'
import { byteCycle } from './byte-cycle.ts'
import { startServer, type SuiteServer } from './servers.ts'
import type { Gateway, StartGateway } from './gateway-process.ts'
import type { Expected, Seen, Suite, SuiteRequest, Trial } from './suite.ts'
import { sendWire } from './wire.ts'

export interface Result {
  name: string
  /** Empty: passed. */
  problems: string[]
}

export interface Place {
  /** Folder of the named certificates. */
  certs: string
  /** A folder of the run's own. */
  work: string
}

/** Runs one suite against a gateway that `start` brings up: a result for each case or trial. */
export async function runSuite (name: string, suite: Suite, start: StartGateway, { certs, work }: Place): Promise<Result[]> {
  const seen: Seen[] = []
  const files = path.join(work, name)
  const ignored = ignoredHeaders(suite.show)
  const addresses: Record<string, string> = { certs, files, ...pinsOf(certs) }
  const fill = (text: string) => text.replace(/\{\{([\w.-]+)\}\}/g, (all, key) => addresses[key] ?? all)
  const servers = new Map<string, SuiteServer>()
  const results: Result[] = []
  try {
    for (const [server, spec] of Object.entries(suite.servers ?? {})) {
      const running = await startServer({ name: server, spec, certs, seen, fill, ignored: () => ignored, lines: suite.lines })
      servers.set(server, running)
      Object.assign(addresses, addressesOf(server, spec.kind === 'proxy' && spec.tls ? 'https' : spec.kind, running.port))
    }
    const port = await freePort()
    addresses['gateway.port'] = String(port)
    fs.mkdirSync(files, { recursive: true })
    for (const [file, content] of Object.entries(suite.files ?? {})) {
      fs.writeFileSync(path.join(files, file), fill(typeof content === 'string' ? content : JSON.stringify(content, null, 2)))
    }
    const configFile = path.join(work, `${name}.config.json`)
    const bringUp = (trial: Trial) => {
      const text = trial.configText ?? suite.configText ?? JSON.stringify({ version: 3, port, ...(trial.config ?? suite.config) }, null, 2)
      fs.writeFileSync(configFile, fill(text
        .replace(/"\{\{num:([\w.-]+)\}\}"/g, '{{$1}}')
        .replaceAll('"{{value}}"', () => JSON.stringify(trial.value ?? null))))
      return start(configFile, port, Object.fromEntries(Object.entries(suite.env ?? {}).map(([key, value]) => [key, fill(value)])))
    }
    const trials = suite.startups ?? (suite.startup ? [{ name: 'refuses to start', ...suite.startup }] : [])
    for (const trial of trials) {
      const gateway = await bringUp(trial)
      await gateway.stop()
      results.push({ name: trial.name ?? 'start', problems: judgeStart(gateway, trial) })
    }
    if (trials.length > 0) return results
    const gateway = await bringUp({})
    if (gateway.exit) return [{ name: 'start', problems: [`the gateway exited with ${gateway.exit.code}: ${gateway.log}`] }]
    try {
      const unfill = (text: string) => Object.entries(addresses)
        .filter(([key]) => key.endsWith('.port'))
        .reduce((filled, [key, value]) => filled.replaceAll(`:${value}`, `:{{${key}}}`), text.replaceAll(certs, '{{certs}}').replaceAll(files, '{{files}}'))
      for (const test of suite.cases ?? []) {
        const requests = test.requests ?? [test.request!]
        const wants = [test.want ?? test.expect ?? []].flat()
        const problems: string[] = []
        for (const [i, request] of requests.entries()) {
          seen.length = 0
          await prepare(request, servers)
          const before = new Map([...servers].map(([server, { accepted }]) => [server, accepted]))
          const have = await ask(port, JSON.parse(fill(JSON.stringify(request))))
          const connections = suite.connections ? { connections: Object.fromEntries([...servers].map(([server, { accepted }]) => [server, accepted - before.get(server)!])) } : {}
          const observed = { ...have, seen: seen.map((s) => clean(s, ignored)), ...connections }
          if (request.repeat) Object.assign(observed, countServers(seen))
          problems.push(...differences(wants[i] ?? {}, JSON.parse(unfill(JSON.stringify({ ...observed, headers: significant(observed.headers, ignored) })))).map((d) => `#${i + 1} ${d}`))
        }
        results.push({ name: test.name, problems })
      }
    } finally {
      await gateway.stop()
    }
    return results
  } finally {
    await Promise.all([...servers.values()].map((server) => server.down()))
  }
}

/** What a suite may write for a server: `{{name}}`, `{{name.host}}`, … */
export function addressesOf (name: string, kind: string, port: number): Record<string, string> {
  const scheme = kind === 'http2' ? 'https' : kind === 'socks5' || kind === 'https' ? kind : 'http'
  return {
    [name]: `${scheme}://127.0.0.1:${port}`,
    [`${name}.host`]: `127.0.0.1:${port}`,
    [`${name}.localhost`]: `${scheme}://localhost:${port}`,
    [`${name}.any`]: `${scheme}://0.0.0.0:${port}`,
    [`${name}.port`]: String(port)
  }
}

async function prepare (request: SuiteRequest, servers: Map<string, SuiteServer>): Promise<void> {
  for (const name of request.drop ?? []) servers.get(name)!.cut()
  for (const name of request.stop ?? []) await servers.get(name)!.down()
  for (const name of request.start ?? []) await servers.get(name)!.up()
  if (request.wait) await new Promise((resolve) => setTimeout(resolve, request.wait)) // part of the suite's own script: time that must pass
}

function clean (entry: Seen, ignored: ReadonlySet<string>): Seen {
  return {
    ...entry,
    ...(entry.headers && { headers: significant(entry.headers, ignored) }),
    ...(entry.body !== undefined && { body: parseBody(String(entry.body)) })
  }
}

function countServers (seen: Seen[]): Expected {
  const servers: Record<string, number> = {}
  for (const { server } of seen) servers[server] = (servers[server] ?? 0) + 1
  return { servers, distinct: Object.keys(servers).sort() }
}

/** Sends a request (`repeat`: that many times in turn) and tells what the client got. */
async function ask (port: number, request: SuiteRequest): Promise<Expected & { headers: Record<string, unknown> }> {
  if (request.wire !== undefined) {
    const answers = await sendWire(Number(request.port ?? port), request)
    const { status } = await send(port, { path: '/__health' })
    return { headers: {}, answers: answers.map((answer) => ({ ...answer, body: parseBody(answer.body) })), alive: status === 200 }
  }
  if (!request.repeat) {
    const answer = await send(port, request)
    if (request.settle) await new Promise((resolve) => setTimeout(resolve, request.settle)) // for what servers see late
    return answer
  }
  const statuses: Record<string, number> = {}
  const count = async (): Promise<void> => {
    const { status } = await send(port, request)
    statuses[status] = (statuses[status] ?? 0) + 1
  }
  if (request.together) await Promise.all(Array.from({ length: request.repeat }, count))
  else for (let i = 0; i < request.repeat; i++) await count()
  return { repeated: request.repeat, statuses, headers: {} }
}

async function send (port: number, request: SuiteRequest): Promise<{ status: number, headers: Record<string, unknown>, body?: unknown, broken?: boolean }> {
  const body = request.bodyBytes ? byteCycle(request.bodyBytes) : request.body === undefined ? null : Buffer.from(typeof request.body === 'string' ? request.body : JSON.stringify(request.body))
  const headers = { ...(body && { 'content-length': body.length }), ...request.headers }
  try {
    const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const req = http.request({ host: '127.0.0.1', port: Number(request.port ?? port), method: request.method ?? 'GET', path: request.path, headers, agent: false, timeout: 20_000 }, resolve)
      req.on('timeout', () => { req.destroy(new Error('no answer in 20 s')) })
      req.on('error', reject)
      req.end(body)
    })
    const status = answer.statusCode!
    try {
      let content = await readAll(answer)
      if (answer.headers['content-encoding'] === 'gzip') content = zlib.gunzipSync(content)
      const text = request.digest ? JSON.stringify({ bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') }) : content.toString()
      return { status, headers: answer.headers, body: request.raw ? text : parseBody(text) }
    } catch {
      return { status, headers: answer.headers, broken: true }
    }
  } catch (err) {
    return { status: 0, headers: {}, body: (err as Error).message }
  }
}

function judgeStart (gateway: Gateway, trial: Trial): string[] {
  const log = gateway.log.replace(/\x1b\[[\d;]*m/g, '') // eslint-disable-line no-control-regex
  const code = gateway.exit?.code ?? 0
  if (trial.starts) return code === 0 ? [] : [`should start; exited with ${code}: ${log}`]
  return [
    ...(code === 0 ? [`should refuse to start: ${log}`] : []),
    ...(trial.hides ?? []).filter((secret) => log.includes(secret)).map((secret) => `should not print ${secret}`),
    ...(trial.says ?? []).filter((pattern) => !new RegExp(pattern, 'is').test(log)).map((pattern) => `should print /${pattern}/: ${log}`)
  ]
}
