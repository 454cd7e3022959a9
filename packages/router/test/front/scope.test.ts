import t from 'tap'
import type { AddressInfo } from 'node:net'
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import { registerRoutes } from '@floodgate/router'
import type { Teardown } from '@floodgate/testing'
import { connectTo, listenTo } from '../support/front.ts'
import { service } from '../support/routing.ts'

async function start (t: Teardown, options: FastifyServerOptions = {}): Promise<{ app: FastifyInstance, say: (wire: string) => Promise<string> }> {
  const app = Fastify(options) as unknown as FastifyInstance
  t.teardown(() => app.close())
  app.get('/host', (request, reply) => { reply.send(`<host ${request.headers.host} ${request.url}>`) })
  await app.register(async (scope) => {
    scope.addHook('onSend', async (_request, reply) => { reply.header('x-hook', 'ran') })
    registerRoutes(scope, service(['GET /ok', 'GET /u/{id}', 'POST /up']), () => ({ handler (request, reply) { reply.send(`<${request.headers.host} ${request.originalUrl} ${JSON.stringify(request.params)}>`) } }))
  }, { prefix: '/api' })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  return {
    app,
    async say (wire) {
      const socket = await connectTo(port)
      const heard = listenTo(socket)
      socket.write(wire)
      return heard.end()
    }
  }
}

const close = 'Connection: close\r\n\r\n'

t.test('guardScope: checks the requests of our scope, and no others', async (t) => {
  const { say } = await start(t)
  for (const target of ['/api/ok', '/api/nope']) {
    const refused = await say(`GET ${target} HTTP/1.1\r\nHost: a b\r\n\r\n`)
    t.match(refused, /^HTTP\/1\.1 400 [^]*connection: close[^]*400 Bad Request: malformed Host header$/i)
    t.match(refused, /x-hook: ran/, 'hooks run')
  }
  t.match(await say(`GET /host HTTP/1.1\r\nHost: a b\r\n${close}`), /<host a b \/host>/)
  t.match(await say('POST /api/up HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n'), /^HTTP\/1\.1 501 /)
  t.match(await say(`GET http://c.test/api/ok?a HTTP/1.1\r\nHost: a\r\n${close}`), /<c\.test \/api\/ok\?a \{\}>/)
  t.match(await say(`GET http://c.test/host HTTP/1.1\r\nHost: a\r\n${close}`), /<host a http:/)
})

t.test('guardScope: a # in a path is a character of it', async (t) => {
  const { say } = await start(t)
  t.match(await say(`GET /api/ok# HTTP/1.1\r\nHost: h\r\n${close}`), /^HTTP\/1\.1 404 [^]*404 page not found$/)
  t.match(await say(`GET /api/u/a#b HTTP/1.1\r\nHost: h\r\n${close}`), /^HTTP\/1\.1 400 [^]*error: encoded url params$/)
  t.match(await say(`GET /api/ok?a#b HTTP/1.1\r\nHost: h\r\n${close}`), /<h \/api\/ok\?a#b \{\}>/)
})

t.test('guardScope: what inject makes passes', async (t) => {
  const { app } = await start(t)
  t.equal((await app.inject('/api/ok')).body, '<localhost:80 /api/ok {}>')
  t.equal((await app.inject({ method: 'POST', url: '/api/up', payload: 'x'.repeat(10) })).statusCode, 200)
})
