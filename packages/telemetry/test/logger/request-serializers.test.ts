import { once } from 'node:events'
import http from 'node:http'
import Fastify from 'fastify'
import t from 'tap'
import { requestSerializers } from '../../src/logger/request-serializers.ts'

t.test('requestSerializers: the fields of Fastify\'s own logger, and nothing else', async (t) => {
  const lines: Record<string, unknown>[] = []
  const stream = { write (line: string) { lines.push(JSON.parse(line)) } }
  const app = Fastify({ logger: { stream, serializers: requestSerializers as never }, disableRequestLogging: true })
  t.teardown(() => app.close())
  app.get('/a', async (request, reply) => { request.log.info({ req: request, res: reply.code(204) }, 'seen') })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const [response] = await once(http.get(`${url}/a?b=1`, { agent: false, headers: { authorization: 'secret' } }), 'response') as [http.IncomingMessage]
  response.resume()
  const { req, res } = lines.find(({ msg }) => msg === 'seen')!
  t.match(req, { method: 'GET', url: '/a?b=1', host: url.slice(7), remoteAddress: '127.0.0.1', remotePort: Number })
  t.same(Object.keys(req as object), ['method', 'url', 'host', 'remoteAddress', 'remotePort'])
  t.same(res, { statusCode: 204 })
})
