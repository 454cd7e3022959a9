import http from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import type { Readable } from 'node:stream'
import Fastify from 'fastify'
import t from 'tap'
import gateway from '@floodgate/gateway'
import { isLong, selfSigned, startOrigin } from '@floodgate/testing'

type Front = 'http' | 'https' | 'http2'

/** A body that names its request in every word: bytes of another one show wherever they stand. */
function bodyOf (id: number): Buffer {
  return Buffer.from(`${String(id).padStart(7, '0')} `.repeat(30_000 + 977 * id % 60_000))
}

/** Sends it with its length, or in chunks of which one read holds several, or parts of several. */
function send (res: http.ServerResponse, id: number): void {
  const body = bodyOf(id)
  if (id % 3 === 0) {
    res.writeHead(200, { 'content-length': body.length }).end(body)
    return
  }
  const size = id % 3 === 1 ? 40_000 : 90_000
  // One write of the connection. (res.cork() sends wrong chunks on Node 22.)
  const socket = res.socket!
  socket.cork()
  for (let at = 0; at < body.length; at += size) res.write(body.subarray(at, at + size))
  res.end()
  socket.uncork()
}

/** Reads an answer in one of three ways: as it comes, slowly, or not to its end. */
async function read (answer: Readable, id: number): Promise<'whole' | 'left' | 'wrong'> {
  const expected = bodyOf(id)
  let at = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    if (!chunk.equals(expected.subarray(at, at + chunk.length))) return 'wrong'
    at += chunk.length
    if (id % 5 === 0 && at > 20_000) return 'left'
    if (id % 2 === 0) for (let turns = 0; turns < 30; turns++) await new Promise(setImmediate)
  }
  return at === expected.length ? 'whole' : 'wrong'
}

function open (front: Front, port: number, session: http2.ClientHttp2Session | null, agent: http.Agent | https.Agent, path: string): Promise<Readable> {
  return new Promise((resolve, reject) => {
    if (session !== null) {
      const stream = session.request({ ':path': path }).on('error', reject)
      stream.on('response', () => { resolve(stream) })
      return
    }
    const get = front === 'http' ? http.get : https.get
    get({ port, path, agent, rejectUnauthorized: false }, resolve).on('error', reject)
  })
}

for (const front of ['http', 'https', 'http2'] as const) {
  t.test(`${front}: no part of a body is used again before it is written, for slow readers and those who leave too`, async (t) => {
    const origin = await startOrigin(t, (req, res) => { send(res, Number(req.url!.slice(1))) })
    const { key, cert } = selfSigned({ cn: 'gateway' })
    const app = Fastify({ forceCloseConnections: true, ...front !== 'http' && { https: { key, cert }, http2: front === 'http2' } } as object)
    t.teardown(() => app.close())
    await app.register(gateway, { config: { version: 3, timeout: '60s', host: [origin.url], endpoints: [{ endpoint: '/{id}', output_encoding: 'no-op', backend: [{ url_pattern: '/{id}' }] }] } })
    const port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port)
    const agent = new (front === 'http' ? http : https).Agent({ keepAlive: true })
    const session = front === 'http2' ? http2.connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false }) : null
    t.teardown(() => { agent.destroy(); session?.destroy() })
    const outcomes = { whole: 0, left: 0, wrong: 0 }
    let next = 1
    const last = isLong ? 3000 : 120
    await Promise.all(Array.from({ length: 12 }, async () => {
      while (next <= last) {
        const id = next++
        outcomes[await read(await open(front, port, session, agent, `/${id}`), id)]++
      }
    }))
    t.strictSame(outcomes, { whole: last - last / 5, left: last / 5, wrong: 0 })
  })
}
