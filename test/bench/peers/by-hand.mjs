// What somebody would write by hand instead of configuring a gateway: Fastify handlers that pass answers on with undici's
// dispatch(), or call with undici, parse, shape, and let Fastify stringify. Arguments: port to listen on, origins of the
// upstream: plain, with TLS, behind a proxy; and the proxy.
import Fastify from 'fastify'
import { Pool, ProxyAgent } from 'undici'
import { pass } from './pass.mjs'
import { address, connections, keepAliveTimeout } from './passed.mjs'

const [plain, secure, tunnelled, proxy] = process.argv.slice(3)
const tls = { rejectUnauthorized: false }
const pool = new Pool(plain, { connections })
const securePool = new Pool(secure, { connections, connect: tls })
const tunnel = new ProxyAgent({ uri: proxy, requestTls: tls, connections })
const json = async (path) => {
  const { statusCode, body } = await pool.request({ path, method: 'GET', headersTimeout: 2000, bodyTimeout: 2000 })
  if (statusCode !== 200) throw new Error(`status ${statusCode}`)
  return body.json()
}
const app = Fastify({ keepAliveTimeout })
app.removeAllContentTypeParsers()
app.addContentTypeParser('*', (_request, payload, done) => { done(null, payload) })

const passes = (target, { by = pool, origin = plain } = {}) => (request, reply) => {
  reply.hijack()
  pass(request.raw, reply.raw, { by, origin, target }, request.body ?? null)
}
for (const path of ['/small', '/items', '/large']) app.get(path, { exposeHeadRoute: false }, passes(path))
app.post('/post', passes('/post'))
app.get('/tls', passes('/small', { by: securePool, origin: secure }))
app.get('/tunnel', passes('/small', { by: tunnel, origin: tunnelled }))
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
await app.listen(address)
