import { createHash, randomBytes, randomInt } from 'node:crypto'
import { once } from 'node:events'
import net from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import tls from 'node:tls'
import { gzipSync } from 'node:zlib'
import Fastify, { type FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { Pool } from 'undici'
import gateway, { type GatewayOptions } from '@floodgate/gateway'
import { readAll, selfSigned, startOrigin } from '@floodgate/testing'

async function startGateway (t: Test, config: GatewayOptions['config']): Promise<{ app: FastifyInstance, url: string, client: Pool }> {
  const app = Fastify()
  await app.register(gateway, { config })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const client = new Pool(url, { connections: 16 })
  t.teardown(async () => {
    await client.close()
    await app.close()
  })
  return { app, url, client }
}

t.test('1,000 random binary bodies pass through and come back as they were', async (t) => {
  const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
  const origin = await startOrigin(t, async (req, res) => {
    const body = await readAll(req)
    const answer = randomBytes(randomInt(1, 40_000))
    res.writeHead(200, { 'content-type': 'application/octet-stream', 'x-got': digest(body), 'x-sent': digest(answer) }).end(answer)
  })
  const { client } = await startGateway(t, { version: 3, timeout: '20s', host: [origin.url], endpoints: [{ endpoint: '/', method: 'POST', output_encoding: 'no-op', backend: [{ url_pattern: '/' }] }] })
  let wrong = 0
  await Promise.all(Array.from({ length: 10 }, async () => {
    for (let i = 0; i < 100; i++) {
      const body = randomBytes(randomInt(0, 40_000))
      const { headers, body: answer } = await client.request({ method: 'POST', path: '/', body })
      const got = Buffer.from(await answer.arrayBuffer())
      if (headers['x-got'] !== digest(body) || headers['x-sent'] !== digest(got)) wrong++
    }
  }))
  t.equal(wrong, 0)
})

for (const scheme of ['http', 'https'] as const) {
  t.test(`${scheme}: answers whose memory is used again stay what they are, however late they are read`, async (t) => {
    // Passed as it is, or a document that is decoded and not changed.
    const bodyOf = (id: string): string => {
      const words = `${id} `.repeat(500 + 97 * Number(id.slice(-5)) % 5000)
      return id.startsWith('json/') ? JSON.stringify({ words }) : words
    }
    let asked = 0
    const origin = await startOrigin(t, (req, res) => {
      asked++
      const id = req.url!.slice(1)
      const body = bodyOf(id)
      res.setHeader('content-type', id.startsWith('json/') ? 'application/json' : 'text/plain')
      // Of a known length, or in chunks.
      if (Number(id.slice(-5)) % 3 > 0) res.end(body)
      else { res.write(body.slice(0, 6000)); res.end(body.slice(6000)) }
    })
    const { key, cert } = selfSigned({ cn: 'gateway' })
    const app = Fastify(scheme === 'https' ? { https: { key, cert } } as object : {})
    t.teardown(() => app.close())
    await app.register(gateway, { config: { version: 3, timeout: '60s', host: [origin.url], endpoints: [{ endpoint: '/{id}', output_encoding: 'no-op', backend: [{ url_pattern: '/{id}' }] }, { endpoint: '/json/{id}', backend: [{ url_pattern: '/json/{id}' }] }] } })
    const { port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }))
    await Promise.all(Array.from({ length: 3 }, async (_, client) => {
      const ids = Array.from({ length: 700 }, (_, i) => `${i % 4 === 0 ? 'json/' : ''}${10_000 + client * 1000 + i}`)
      const socket = scheme === 'https' ? tls.connect({ port: Number(port), rejectUnauthorized: false }) : net.connect(Number(port))
      await once(socket, scheme === 'https' ? 'secureConnect' : 'connect')
      // Answers pile up in the kernel, and then in the gateway.
      socket.pause().write(ids.map((id) => `GET /${id} HTTP/1.1\r\nHost: gateway\r\n\r\n`).join(''))
      // Until nothing more fits.
      for (let seen = -1; seen < asked; await delay(200)) seen = asked
      await readToEnd(socket, ids, bodyOf, t)
    }))
  })
}

/** Reads the answers to pipelined requests, a little at a time. */
async function readToEnd (socket: net.Socket, ids: string[], bodyOf: (id: string) => string, t: Test): Promise<void> {
  let text = ''
  let wrong = 0
  for await (const chunk of socket.setEncoding('latin1')) {
    text += chunk
    for (;;) {
      const end = text.indexOf('\r\n\r\n')
      if (end < 0) break
      const length = /content-length: (\d+)/i.exec(text.slice(0, end))?.[1]
      const from = end + 4
      const to = length === undefined ? text.indexOf('\r\n0\r\n\r\n', from) + 7 : from + Number(length)
      if (to < from + 7 || text.length < to) break
      const body = length === undefined ? unchunk(text.slice(from, to)) : text.slice(from, to)
      text = text.slice(to)
      if (body !== bodyOf(ids.shift()!)) wrong++
    }
    if (ids.length === 0) break
    await new Promise(setImmediate)
  }
  t.equal(ids.length + wrong, 0)
}

function unchunk (text: string): string {
  let body = ''
  for (let at = 0; ;) {
    const end = text.indexOf('\r\n', at)
    const size = parseInt(text.slice(at, end), 16)
    if (size === 0) return body
    body += text.slice(end + 2, end + 2 + size)
    at = end + 4 + size
  }
}

t.test('a 50 MB JSON array is decoded within 400 MiB; what is larger than max_decoded_bytes is a failed backend', async (t) => {
  const item = JSON.stringify({ id: 1, name: 'an item of the list', tags: ['a', 'b'] })
  const large = Buffer.from(`[${Array.from({ length: Math.ceil(50e6 / item.length) }, () => item).join()}]`)
  const bomb = gzipSync(Buffer.alloc(3_000_000, '[]   '))
  const origin = await startOrigin(t, (req, res) => {
    if (req.url === '/large') res.writeHead(200, { 'content-type': 'application/json' }).end(large)
    else res.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(bomb)
  })
  const endpoint = (path: string) => ({ endpoint: path, timeout: '30s', output_encoding: 'json-collection', backend: [{ url_pattern: path, is_collection: true }] })
  const wide = await startGateway(t, { version: 3, host: [origin.url], endpoints: [endpoint('/large')] })
  const before = process.memoryUsage().rss
  const { statusCode, body } = await wide.client.request({ method: 'GET', path: '/large' })
  let bytes = 0
  let most = 0
  for await (const chunk of body) {
    bytes += chunk.length
    most = Math.max(most, process.memoryUsage().rss)
  }
  t.equal(statusCode, 200)
  t.equal(bytes, large.length)
  t.ok(most - before < 400 << 20, `memory rose by ${(most - before) >> 20} MiB`)

  const narrow = await startGateway(t, { version: 3, host: [origin.url], extra_config: { floodgate: { max_decoded_bytes: 1_000_000 } }, endpoints: [endpoint('/large'), endpoint('/bomb')] })
  for (const path of ['/large', '/bomb']) {
    const refused = await narrow.client.request({ method: 'GET', path })
    t.equal(refused.statusCode, 500, path)
    t.equal(await refused.body.text(), '', path)
  }
})
