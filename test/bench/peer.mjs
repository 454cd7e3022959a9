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
