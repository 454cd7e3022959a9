import { once } from 'node:events'
import net from 'node:net'
import { Readable } from 'node:stream'
import Fastify from 'fastify'
import t from 'tap'
import { Upload } from '../../src/exchange/upload.ts'
import { startCall } from '../../src/start-call.ts'

t.test('Upload: a client that breaks off before anybody listens is no unhandled error', async (t) => {
  const body = new Readable({ read () {} })
  const upload = new Upload(body)
  body.destroy(new Error('reset'))
  await closeOf(upload)
  t.match(upload.errored, { message: 'reset' })
})

t.test('Upload: the error of a body may come after the upload was given up', async (t) => {
  const body = new Readable({ read () {} })
  const upload = new Upload(body)
  body.destroy(new Error('reset'))
  upload.destroy()
  await closeOf(body)
  t.ok(upload.destroyed)
})

t.test('Upload: does not destroy the body of the client', async (t) => {
  const body = Readable.from([Buffer.from('rest')])
  new Upload(body).destroy()
  await once(body, 'end')
  t.notOk(body.errored)
})

t.test('Upload: a body that is abandoned does not end it as if whole', async (t) => {
  const body = new Readable({ read () {} })
  const upload = new Upload(body)
  body.push('part')
  body.emit('aborted')
  await closeOf(upload)
  body.push(null)
  t.match(upload.errored, { message: 'The client aborted its request' })
  t.notOk(body.destroyed, 'the connection has an answer to carry')
})

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
