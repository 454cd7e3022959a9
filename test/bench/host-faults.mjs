// What becomes of requests when one of three hosts fails: shared by hosts.mjs and the tests.
import http2 from 'node:http2'
import https from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'
import { createAuthority, startForwardProxy } from '@floodgate/testing'

/** What may happen to a host, and back. Each ends its open connections, as a restart does, except for `hanging` and `status`. */
export const faults = ['refused', 'resetting', 'hanging', 'status', 'expired']

/**
 * Settings of `floodgate` in `backend/http/client`: as on KrakenD, with nothing set (failover alone), with health checks
 * beside that, and with everything.
 */
export const settings = {
  without: { failover: false },
  defaults: {},
  health: { health: { path: '/health', interval: '1s' } },
  with: {
    eject: { consecutive: 5, for: '5s', max_percent: 50, statuses: [503] },
    retry: { attempts: 1, on: ['dial', 'hangup', 'timeout', 502, 503], budget: 0.2 },
    response_header_timeout: '250ms'
  }
}

/** What is between clients and hosts: GET, POST with a body, GET through a forward proxy, GET over HTTP/2. */
export const ways = ['get', 'post', 'proxy', 'http2']

/** Starts three https hosts, and what the way to them needs; the first one can be made to fail. */
export async function startHosts (way = 'get') {
  const closers = []
  const proxy = way === 'proxy' ? await startForwardProxy({ teardown: (close) => { closers.push(close) } }) : null
  const authority = createAuthority('hosts')
  const good = authority.issue({ cn: 'host' })
  const expired = authority.issue({ cn: 'host', days: -1 })
  const hosts = []
  for (let i = 0; i < 3; i++) hosts.push(await startHost(good, way === 'http2'))
  const [first] = hosts
  return {
    way,
    proxy: proxy === null ? null : `http://127.0.0.1:${proxy.port}`,
    ca: authority.cert,
    urls: hosts.map(({ port }) => `https://127.0.0.1:${port}`),
    /** Requests that each host got. */
    get seen () { return hosts.map(({ seen }) => seen) },
    async fail (fault) {
      first.state.fault = fault
      if (fault === 'expired') first.server.setSecureContext(expired)
      if (fault === 'refused') await first.close()
      else if (fault !== 'hanging' && fault !== 'status') first.drop()
    },
    async mend () {
      const { fault } = first.state
      first.state.fault = null
      if (fault === 'expired') first.server.setSecureContext(good)
      if (fault === 'refused') await first.listen()
      else first.drop()
    },
    close: () => Promise.all([...hosts.map((host) => host.close()), ...closers.map((close) => close())])
  }
}

async function startHost (certificate, isHttp2) {
  const state = { fault: null }
  const sockets = new Set()
  const host = { port: 0, seen: 0, state }
  const answer = (request, response) => {
    const isCheck = request.url === '/health'
    if (!isCheck) host.seen++
    request.resume()
    if (state.fault === 'hanging') return
    if (state.fault === 'resetting') isHttp2 ? request.stream.session.destroy() : request.socket.destroy()
    else response.writeHead(state.fault === 'status' ? 503 : 200, { 'content-type': 'application/json' }).end('{"ok":true}')
  }
  const server = isHttp2 ? http2.createSecureServer(certificate, answer) : https.createServer(certificate, answer)
  server.on('tlsClientError', () => {})
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => { sockets.delete(socket) })
  })
  host.server = server
  host.drop = () => { for (const socket of sockets) socket.resetAndDestroy() }
  host.listen = () => new Promise((resolve) => { server.listen(host.port, '127.0.0.1', resolve) })
  host.close = () => new Promise((resolve) => {
    server.close(resolve)
    host.drop()
  })
  await host.listen()
  host.port = server.address().port
  return host
}

/** The configuration of a gateway in front of the hosts. */
export function configure ({ urls, way, proxy }, ca, floodgate, timeout = '2s') {
  return {
    version: 3,
    extra_config: { router: { disable_access_log: true }, 'telemetry/logging': { level: 'CRITICAL', stdout: true } },
    endpoints: [{
      endpoint: '/',
      method: way === 'post' ? 'POST' : 'GET',
      output_encoding: 'no-op',
      timeout,
      backend: [{
        host: urls,
        url_pattern: '/',
        extra_config: {
          'backend/http/client': {
            client_tls: { ca_certs: [ca] },
            ...proxy !== null && { proxy_address: proxy },
            floodgate: { ...floodgate, ...way === 'http2' && { http2: true } }
          }
        }
      }]
    }]
  }
}

/** Sends requests at a rate, whatever becomes of those before, for some time, and waits for all answers. */
export async function load (url, { rate, seconds, way = 'get' }) {
  const request = way === 'post' ? { path: '/', method: 'POST', body: 'x'.repeat(1000) } : { path: '/', method: 'GET' }
  const pool = new Pool(url, { connections: 1000, pipelining: 1 })
  const result = { sent: 0, failed: 0 }
  const answers = []
  const begun = performance.now()
  for (let due = 0; due < rate * seconds;) {
    for (; due < Math.min(rate * seconds, (performance.now() - begun) / 1000 * rate); due++) {
      result.sent++
      answers.push(pool.request(request).then(async ({ statusCode, body }) => {
        await body.dump()
        if (statusCode !== 200) result.failed++
      }, () => { result.failed++ }))
    }
    await sleep(2)
  }
  await Promise.all(answers)
  await pool.close()
  return result
}

/**
 * Lets one of three hosts fail and come back under load.
 *
 * @returns failed requests in the time after the fault, later, and after it came back; requests that hosts got beyond those
 * of clients, of all of them; the share of the host that came back
 */
export async function runFault (hosts, url, fault, { rate, warm = 2, first = 10, later = 5, back = 12 }) {
  const before = hosts.seen
  const calls = []
  const send = async (seconds) => {
    const result = await load(url, { rate, seconds, way: hosts.way })
    calls.push(result)
    return result
  }
  await send(warm)
  await hosts.fail(fault)
  const inTime = await send(first)
  const after = await send(later)
  await hosts.mend()
  const returning = await send(back)
  const seenBefore = hosts.seen
  const last = await send(2)
  const all = calls.reduce((sum, { sent }) => sum + sent, 0)
  const requests = hosts.seen.reduce((sum, count, i) => sum + count - before[i], 0)
  return {
    fault,
    sent: all,
    first: inTime.failed / inTime.sent,
    later: after.failed / after.sent,
    back: (returning.failed + last.failed) / (returning.sent + last.sent),
    extra: Math.max(0, requests - all) / all,
    share: (hosts.seen[0] - seenBefore[0]) / last.sent
  }
}
