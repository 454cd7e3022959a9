// Fastify with @fastify/reply-from as its README shows it. Arguments: port to listen on, origins of the upstream: plain, with TLS.
import { createRequire } from 'node:module'
import path from 'node:path'
import Fastify from 'fastify'

// A dependency of the proxy package.
const replyFrom = createRequire(path.join(import.meta.dirname, '../../packages/proxy/package.json'))('@fastify/reply-from')
const [port, plain, secure] = process.argv.slice(2)
const app = Fastify({ keepAliveTimeout: 3_600_000 })
app.register(replyFrom, { undici: { connections: 128, connect: { rejectUnauthorized: false } }, disableRequestLogging: true })
for (const path of ['/small', '/items', '/large']) app.get(path, (request, reply) => { reply.from(plain + path) })
app.post('/post', (request, reply) => { reply.from(`${plain}/post`) })
app.get('/tls', (request, reply) => { reply.from(`${secure}/small`) })
await app.listen({ port: Number(port), host: '127.0.0.1' })
