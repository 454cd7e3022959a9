// What becomes of requests when workers and gateways die or are replaced: shared by deaths.mjs and the tests.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '@floodgate/testing'

const children = new Set()
process.on('exit', () => { for (const child of children) child.kill('SIGKILL') })
const bin = path.resolve(import.meta.dirname, '../../packages/cli/dist/bin.js')

/** Kills one serving worker after the other, `pause` ms apart; null = when the one before is replaced. */
export async function killWorkers ({ rate, workers, times, pause }) {
  const place = await openPlace()
  const gateway = start(place, await freePort(), workers)
  await gateway.serves(workers)
  const load = startLoad(gateway.port, rate)
  const waits = []
  const replaced = []
  await sleep(500)
  for (let i = 0; i < times; i++) {
    const serving = gateway.serving()
    if (serving.length > 0) {
      const { id, pid } = serving[i % serving.length]
      const begun = gateway.begun(id)
      const killed = performance.now()
      process.kill(pid, 'SIGKILL')
      replaced.push(gateway.until(() => gateway.begun(id) > begun).then(() => { waits.push(performance.now() - killed) }))
    }
    if (pause === null) await Promise.all(replaced)
    else await sleep(pause)
  }
  await gateway.until(() => gateway.serving().length === workers)
  await Promise.all(replaced)
  await sleep(500)
  const result = await load.stop()
  await gateway.end()
  await place.close()
  return { times: waits.length, ...result, waits }
}

/** Kills a gateway, which is started again as systemd does with Restart=always and RestartSec=100ms. */
export async function killPrimary ({ rate, workers, times }) {
  const place = await openPlace()
  const port = await freePort()
  const serving = workers ?? 1
  let gateway = start(place, port, workers)
  await gateway.serves(serving)
  const load = startLoad(port, rate)
  const waits = []
  for (let i = 0; i < times; i++) {
    await sleep(500)
    const killed = performance.now()
    gateway.kill()
    await gateway.ended
    await sleep(100)
    // Workers of a dead primary end by themselves, and let its port go.
    for (gateway = start(place, port, workers); !await gateway.serves(1); gateway = start(place, port, workers)) await sleep(100)
    waits.push(performance.now() - killed)
    await gateway.serves(serving)
  }
  await sleep(500)
  const result = await load.stop()
  await gateway.end()
  await place.close()
  return { times, ...result, waits }
}

/**
 * Replaces a gateway behind a balancer of connections, as a Deployment of Kubernetes does: a second one is started, and when it is
 * ready the first one gets SIGTERM. The balancer asks /readyz every `period` ms, gives up a gateway after three failures in a row
 * (`failureThreshold` of Kubernetes), and knows nothing else.
 */
export async function roll ({ rate, times, notice, period }) {
  const place = await openPlace({ notice })
  let gateway = start(place, await freePort(), null)
  await gateway.serves(1)
  const balancer = await openBalancer(period)
  balancer.add(gateway.port)
  await balancer.ready(gateway.port)
  const load = startLoad(balancer.port, rate)
  const waits = []
  for (let i = 0; i < times; i++) {
    const next = start(place, await freePort(), null)
    await next.serves(1)
    balancer.add(next.port)
    await balancer.ready(next.port)
    const began = performance.now()
    await gateway.end()
    waits.push(performance.now() - began)
    balancer.remove(gateway.port)
    gateway = next
  }
  await sleep(500)
  const result = await load.stop()
  const { unrouted } = balancer
  await gateway.end()
  balancer.close()
  await place.close()
  return { times, ...result, waits, unrouted }
}

/** A backend that takes 5 ms, and the configuration of a gateway in front of it. */
async function openPlace ({ notice = '300ms' } = {}) {
  const backend = http.createServer((_request, response) => { setTimeout(() => { response.setHeader('content-type', 'application/json').end('{"ok":true}') }, 5) })
  backend.listen(0, '127.0.0.1')
  await once(backend, 'listening')
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'floodgate-deaths-'))
  const file = path.join(folder, 'krakend.json')
  fs.writeFileSync(file, JSON.stringify({
    version: 3,
    timeout: '30s',
    listen_ip: '127.0.0.1',
    extra_config: { router: { disable_access_log: true }, floodgate: { health: { notice } } },
    endpoints: [{ endpoint: '/a', backend: [{ host: [`http://127.0.0.1:${backend.address().port}`], url_pattern: '/' }] }]
  }))
  return {
    file,
    async close () {
      backend.closeAllConnections()
      backend.close()
      fs.rmSync(folder, { recursive: true })
    }
  }
}

function start ({ file }, port, workers) {
  const child = spawn(
    process.execPath,
    [bin, 'run', '-c', file, '-p', String(port), ...workers === null ? [] : ['-w', String(workers)]],
    { stdio: ['ignore', 'pipe', 'pipe'] }
  )
  let output = ''
  let hasEnded = false
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => { output += text; child.emit('said') })
  const ended = once(child, 'close').then(([status]) => { hasEnded = true; child.emit('said'); return status })
  children.add(child)
  child.once('exit', () => { children.delete(child) })
  const begins = () => [...output.matchAll(/worker (\d+) \(process (\d+)\) serves/g)].map(([, id, pid]) => ({ id: Number(id), pid: Number(pid) }))
  const begun = (worker) => workers === null
    ? Number(output.includes('listening on'))
    : begins().filter(({ id }) => worker === undefined || id === worker).length
  const until = (passes) => new Promise((resolve) => {
    const look = () => {
      if (!passes() && !hasEnded) return
      child.off('said', look)
      resolve()
    }
    child.on('said', look)
    look()
  })
  return {
    port,
    ended,
    /** How often workers, or this one, have begun to serve. */
    begun,
    until,
    /** Workers that serve. */
    serving () {
      const gone = new Set([...output.matchAll(/\(process (\d+)\) ended with/g)].map(([, pid]) => Number(pid)))
      return begins().filter(({ pid }) => !gone.has(pid))
    },
    /** Resolves to whether so many processes serve; false = it ended instead. */
    async serves (count) {
      await until(() => begun() >= count)
      return !hasEnded
    },
    kill () { child.kill('SIGKILL') },
    async end () {
      child.kill('SIGTERM')
      await ended
    }
  }
}

/** Asks at a steady rate, over connections that are kept. Nothing is repeated. */
function startLoad (port, rate) {
  const agent = new http.Agent({ keepAlive: true })
  const errors = {}
  const result = { requests: 0, failed: 0, reused: 0, statuses: {}, errors }
  const running = new Set()
  const begin = performance.now()
  const ask = () => {
    result.requests++
    const asked = new Promise((resolve) => {
      const request = http.get({ port, host: '127.0.0.1', path: '/a', agent, timeout: 30_000 }, (response) => {
        response.resume()
        response.on('error', fail).on('end', () => {
          result.statuses[response.statusCode] = (result.statuses[response.statusCode] ?? 0) + 1
          if (response.statusCode === 200) resolve()
          else fail({ code: response.statusCode })
        })
      })
      const fail = (error) => {
        result.failed++
        if (request.reusedSocket) result.reused++
        errors[error.code] = (errors[error.code] ?? 0) + 1
        resolve()
      }
      request.on('error', fail).on('timeout', () => { request.destroy() })
    })
    running.add(asked)
    asked.finally(() => { running.delete(asked) })
  }
  let sent = 0
  const timer = setInterval(() => {
    for (const due = (performance.now() - begin) * rate / 1000; sent < due; sent++) ask()
  }, 5)
  return {
    async stop () {
      clearInterval(timer)
      await Promise.all(running)
      agent.destroy()
      return result
    }
  }
}

/** Passes new connections to gateways that are ready, in turn; open ones stay where they are, as with kube-proxy. */
async function openBalancer (period) {
  const gateways = new Map()
  const sockets = new Set()
  const failures = new Map()
  let turn = 0
  let unrouted = 0
  const server = net.createServer((client) => {
    const ready = [...gateways].filter(([, isReady]) => isReady)
    if (ready.length === 0) {
      unrouted++
      client.resetAndDestroy()
      return
    }
    const upstream = net.connect(ready[turn++ % ready.length][0], '127.0.0.1')
    for (const [one, other] of [[client, upstream], [upstream, client]]) {
      sockets.add(one)
      one.pipe(other)
      one.on('error', () => { other.destroy() }).on('close', () => { other.destroy(); sockets.delete(one) })
    }
  })
  const probe = async (port) => {
    const isReady = await new Promise((resolve) => {
      http.get({ port, host: '127.0.0.1', path: '/readyz', agent: false, timeout: 5000 }, (response) => {
        response.resume()
        resolve(response.statusCode === 200)
      }).on('error', () => { resolve(false) }).on('timeout', () => { resolve(false) })
    })
    failures.set(port, isReady ? 0 : (failures.get(port) ?? 0) + 1)
    if (gateways.has(port) && (isReady || failures.get(port) >= 3)) gateways.set(port, isReady)
    server.emit('probed')
  }
  const timer = setInterval(() => { for (const port of gateways.keys()) probe(port) }, period)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: server.address().port,
    add (port) { gateways.set(port, false) },
    /** Connections for which no gateway was ready. */
    get unrouted () { return unrouted },
    remove (port) { gateways.delete(port) },
    async ready (port) { while (gateways.get(port) !== true) await once(server, 'probed') },
    close () {
      clearInterval(timer)
      server.close()
      for (const socket of sockets) socket.destroy()
    }
  }
}
