// What somebody would write by hand instead of configuring a gateway: Fastify handlers that call with undici, parse,
// shape, and let Fastify stringify. Arguments: port to listen on, origin of the upstream.
import Fastify from 'fastify'
import { Pool } from 'undici'

const [port, origin] = process.argv.slice(2)
const pool = new Pool(origin, { connections: 128 })
const json = async (path) => {
  const { statusCode, body } = await pool.request({ path, method: 'GET', headersTimeout: 2000, bodyTimeout: 2000 })
  if (statusCode !== 200) throw new Error(`status ${statusCode}`)
  return body.json()
}
const app = Fastify({ keepAliveTimeout: 3_600_000 })

const HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'te', 'upgrade', 'host', 'proxy-connection', 'trailer'])
const kept = (raw) => raw.flatMap((field, i) => i % 2 === 0 && !HOP.has(String(field).toLowerCase()) ? [String(field), String(raw[i + 1])] : [])
const pass = (path) => (request, reply) => {
  reply.hijack()
  const res = reply.raw
  let resume
  pool.dispatch({ path, method: 'GET', headers: kept(request.raw.rawHeaders) }, {
    onConnect (abort) { res.on('close', () => { if (!res.writableFinished) abort() }) },
    onHeaders (status, raw, resumeRead) {
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
app.get('/pass', pass('/items'))
app.get('/pass-small', pass('/a'))
app.get('/single', () => json('/items'))
app.get('/shaped', async () => {
  const { items: list, owner: { name } } = await json('/items')
  return { list, owner: { name } }
})
app.get('/merge', async () => Object.assign({}, ...await Promise.all(['/a', '/b', '/c'].map(json))))
app.get('/sequence', async () => {
  const first = await json('/a')
  const second = await json(`/by/${first.a_id}`)
  const third = await json(`/by/${second.id}`)
  return { ...first, ...second, ...third }
})
await app.listen({ port: Number(port), host: '127.0.0.1' })
