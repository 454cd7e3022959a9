// What becomes of requests when Redis fails: shared by redis.mjs and the tests.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'

const cli = path.join(import.meta.dirname, '../../packages/cli/dist/bin.js')
/** A slow Redis runs 20 ms of every 120. */
const [STOPPED, RUNNING] = [100, 20]

/** What may happen to Redis, and back. */
export const faults = {
  /** Killed: connections are refused until it is started again. */
  killed: async (redis) => {
    await redis.kill()
    return () => redis.start()
  },
  /** Stopped: connections stay, and new ones are accepted, without an answer. */
  hanging: async (redis) => {
    redis.pause()
    return async () => { redis.resume() }
  },
  slow: async (redis) => {
    const over = new AbortController()
    const running = (async () => {
      while (!over.signal.aborted) {
        await redis.stop(STOPPED)
        await sleep(RUNNING)
      }
    })()
    return async () => {
      over.abort()
      await running
    }
  },
  /** Started again with a password that the gateway does not have. */
  password: async (redis) => {
    await redis.kill()
    await redis.start(['--requirepass', 'another-secret'])
    return async () => {
      await redis.kill()
      await redis.start()
    }
  },
  /** Reads are answered, writes with OOM. */
  full: async (redis) => {
    await configureRedis(redis, 'maxmemory', '1')
    return () => configureRedis(redis, 'maxmemory', '0')
  }
}

/** Endpoints of the gateway. */
export const endpoints = ['closed', 'open', 'cached', 'without']

async function configureRedis ({ port }, name, value) {
  const socket = net.connect(port, '127.0.0.1')
  socket.write(`CONFIG SET ${name} ${value}\r\n`)
  await once(socket, 'data')
  socket.destroy()
}

/** A backend whose answers may be kept for a second; tells how often it was called. */
export async function startBackend () {
  const backend = { url: '', calls: 0, close: () => server.close() }
  const server = http.createServer((_, response) => {
    backend.calls++
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'max-age=1' }).end('{"ok":true}')
  })
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  backend.url = `http://127.0.0.1:${server.address().port}`
  return backend
}

/** Limits that refuse and that let through without Redis, a cache, and an endpoint that needs no Redis. */
export function configure (backendUrl, redisPort) {
  const limit = (more) => ({ 'qos/ratelimit/router/redis': { connection_name: 'main', max_rate: 1e6, every: '1s', ...more } })
  const endpoint = (name, extra, ofBackend = {}) => ({
    endpoint: `/${name}`, timeout: '5s', extra_config: extra, backend: [{ host: [backendUrl], url_pattern: `/${name}`, extra_config: ofBackend }]
  })
  return {
    version: 3,
    name: 'redis faults',
    listen_ip: '127.0.0.1',
    extra_config: {
      router: { disable_access_log: true },
      redis: { connection_pools: [{ name: 'main', address: `127.0.0.1:${redisPort}` }] }
    },
    endpoints: [
      endpoint('closed', limit({})),
      endpoint('open', limit({ on_failure_allow: true })),
      endpoint('cached', {}, { 'qos/http-cache': { floodgate: { connection_name: 'main' } } }),
      endpoint('without', {})
    ]
  }
}

/** Starts the built command with a configuration's file; `lines` are those that it has logged about Redis. */
export async function startGateway (file) {
  const child = spawn(process.execPath, [cli, 'run', '-p', '0', '-c', file], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const url = await new Promise((resolve, reject) => {
    const read = (text) => {
      output += text
      const found = /listening on (http:\S+:\d+)/.exec(output)
      if (found !== null) resolve(found[1])
    }
    child.stdout.setEncoding('utf8').on('data', read)
    child.stderr.setEncoding('utf8').on('data', read)
    child.on('close', () => { reject(new Error(`the gateway ended:\n${output}`)) })
  })
  return {
    url,
    get lines () { return output.split('\n').filter((line) => line.includes('redis:')) },
    async close () {
      const ended = new Promise((resolve) => { child.once('close', resolve) })
      child.kill('SIGKILL')
      await ended
    }
  }
}

/** Sends requests to all endpoints in turn at a rate, whatever becomes of those before, until it is stopped. */
export function startLoad (url, rate) {
  const pool = new Pool(url, { connections: 1000, pipelining: 1 })
  const answers = []
  const running = new Set()
  const over = new AbortController()
  const sending = (async () => {
    const begun = performance.now()
    for (let due = 0; !over.signal.aborted;) {
      for (const now = performance.now(); due < (now - begun) / 1000 * rate; due++) {
        const asking = ask(endpoints[due % endpoints.length])
        running.add(asking)
        asking.finally(() => { running.delete(asking) })
      }
      await sleep(2)
    }
  })()

  async function ask (name) {
    const asked = performance.now()
    const status = await pool.request({ path: `/${name}`, method: 'GET' }).then(async ({ statusCode, body }) => {
      await body.dump()
      return statusCode
    }, () => 0)
    answers.push({ name, asked, status, took: performance.now() - asked })
  }
  return {
    answers,
    async stop () {
      over.abort()
      await sending
      await Promise.all(running)
      await pool.close()
    }
  }
}

/** Lets Redis fail for some time under load, and come back. */
export async function runFault ({ redis, gateway, fault, rate, warm = 2, during = 8, back = 5 }) {
  const load = startLoad(gateway.url, rate)
  await sleep(warm * 1000)
  const failed = performance.now()
  const mend = await faults[fault](redis)
  await sleep(during * 1000)
  const mending = performance.now()
  await mend()
  const mended = performance.now()
  await sleep(back * 1000)
  await load.stop()
  return { answers: load.answers, failed, mending, mended, lines: gateway.lines }
}
