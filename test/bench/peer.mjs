// What somebody would write by hand instead of configuring a gateway: Fastify handlers that pass answers on with undici's
// dispatch(), or call with undici, parse, shape, and let Fastify stringify. Arguments: port to listen on, origins of the
// upstream: plain, with TLS, behind a proxy; and the proxy.
import Fastify from 'fastify'
import { Pool, ProxyAgent } from 'undici'

const [port, plain, secure, tunnelled, proxy] = process.argv.slice(2)
const connections = 128
const tls = { rejectUnauthorized: false }
const pool = new Pool(plain, { connections })
const securePool = new Pool(secure, { connections, connect: tls })
const tunnel = new ProxyAgent({ uri: proxy, requestTls: tls, connections })
const json = async (path) => {
  const { statusCode, body } = await pool.request({ path, method: 'GET', headersTimeout: 2000, bodyTimeout: 2000 })
  if (statusCode !== 200) throw new Error(`status ${statusCode}`)
  return body.json()
}
const app = Fastify({ keepAliveTimeout: 3_600_000 })
app.removeAllContentTypeParsers()
app.addContentTypeParser('*', (_request, payload, done) => { done(null, payload) })

const HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'te', 'upgrade', 'host', 'proxy-connection', 'trailer'])
const kept = (raw) => {
  const headers = []
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i].toString('latin1')
    if (!HOP.has(name.toLowerCase())) headers.push(name, raw[i + 1].toString('latin1'))
  }
  return headers
}
const pass = (path, { by = pool, origin = plain } = {}) => (request, reply) => {
  reply.hijack()
  const res = reply.raw
  let resume
  by.dispatch({ origin, path, method: request.method, headers: kept(request.raw.rawHeaders), body: request.body ?? null }, {
    onConnect (abort) { res.on('close', () => { if (!res.writableFinished) abort() }) },
    onHeaders (status, raw, resumeRead) {
      if (status < 200) return true
      resume = resumeRead
      res.writeHead(status, kept(raw))
      return true
    },
    onData (chunk) {
      if (res.write(chunk)) return true
      res.once('drain', resume)
      return false
    },
    onComplete () { res.end() },
    onError (err) { res.destroy(err) }
  })
}
for (const path of ['/small', '/items', '/large']) app.get(path, { exposeHeadRoute: false }, pass(path))
app.post('/post', pass('/post'))
app.get('/tls', pass('/small', { by: securePool, origin: secure }))
app.get('/tunnel', pass('/small', { by: tunnel, origin: tunnelled }))
app.get('/single', () => json('/items'))
app.get('/shaped', async () => {
  const { items: list, owner: { name } } = await json('/items')
  return { list, owner: { name } }
})
// Without promises: as fast as it can be written by hand.
const collect = (path, done) => {
  const chunks = []
  pool.dispatch({ path, method: 'GET' }, {
    onConnect () {},
    onHeaders: () => true,
    onData (chunk) { chunks.push(chunk); return true },
    onComplete () { done(null, JSON.parse(chunks.length === 1 ? chunks[0].toString() : Buffer.concat(chunks).toString())) },
    onError: done
  })
}
app.get('/merge', (request, reply) => {
  const parts = []
  let missing = 3
  for (const [i, path] of ['/a', '/b', '/c'].entries()) {
    collect(path, (err, part) => {
      if (err) return reply.send(err)
      parts[i] = part
      if (--missing === 0) reply.send(Object.assign({}, ...parts))
    })
  }
})
app.get('/sequence', async () => {
  const first = await json('/a')
  const second = await json(`/by/${first.a_id}`)
  const third = await json(`/by/${second.id}`)
  return { ...first, ...second, ...third }
})
await app.listen({ port: Number(port), host: '127.0.0.1' })
