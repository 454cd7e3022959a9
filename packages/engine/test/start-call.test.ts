import { once } from 'node:events'
import net from 'node:net'
import Fastify from 'fastify'
import t from 'tap'
import { startCall } from '../src/start-call.ts'

t.test('startCall: a client that leaves ends the calls of all requests that wait on its connection', async (t) => {
  const reasons: (string | undefined)[] = []
  const app = Fastify()
  t.teardown(() => app.close())
  let served = 0
  app.get('/*', (request, reply) => {
    const call = startCall(reply, 0)
    call.listen((reason) => { reasons.push(reason.kind) })
    served++
    if (served === 3) app.server.emit('all-served')
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const all = once(app.server, 'all-served')
  const client = net.connect((app.server.address() as net.AddressInfo).port, '127.0.0.1').on('error', () => {})
  client.write('GET /1 HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(3))
  const [socket] = await once(app.server, 'connection') as [net.Socket]
  await all
  const closed = closeOf(socket)
  client.resetAndDestroy()
  await closed
  t.same(reasons, ['abort', 'abort', 'abort'])
})

t.test('startCall: the end of an earlier request does not end what comes later on the connection', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  const calls: ReturnType<typeof startCall>[] = []
  app.get('/*', (request, reply) => {
    calls.push(startCall(reply, 0))
    setImmediate(() => reply.send(request.url))
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as net.AddressInfo
  const client = net.connect(port, '127.0.0.1')
  client.write('GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  let text = ''
  for await (const chunk of client) text += chunk
  t.equal(text.match(/HTTP\/1\.1 200/g)?.length, 2)
  t.same(calls.map(({ reason }) => reason), [null, null])
})

/** Unlike `once`, is no failure where an error comes before. */
function closeOf (emitter: NodeJS.EventEmitter): Promise<void> {
  return new Promise((resolve) => { emitter.once('close', () => { resolve() }) })
}
