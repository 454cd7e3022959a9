import { once } from 'node:events'
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { createRawServer, listenApart } from '../../src/platform/raw-server.ts'

async function start (t: Test, handler: RequestListener, silence?: number): Promise<{ server: Server, open: (requests: string) => Socket }> {
  const server = createRawServer('test', handler, { error: (...line: unknown[]) => { t.fail('logged', { line }) } } as never, silence)
  t.teardown((await listenApart(server, { port: 0, host: '127.0.0.1' })).close)
  const { port } = server.address() as AddressInfo
  return {
    server,
    open (requests) {
      const socket = connect(port, '127.0.0.1').on('error', () => {})
      t.teardown(() => { socket.destroy() })
      socket.write(requests)
      return socket
    }
  }
}

const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nhost: a\r\n${more}\r\n`

t.test('createRawServer: the requests of a connection are handled one after the other', async (t) => {
  const events: string[] = []
  const { open } = await start(t, (request, response) => {
    events.push(`begin ${request.url}`)
    setImmediate(() => {
      events.push(`end ${request.url}`)
      response.end(request.url)
    })
  })
  const answers = await text(open(get('/1') + get('/2') + get('/3', 'connection: close\r\n')))
  t.same(answers.match(/^\/\d/gm), ['/1', '/2', '/3'])
  t.same(events, ['begin /1', 'end /1', 'begin /2', 'end /2', 'begin /3', 'end /3'])
})

t.test('createRawServer: a client that reads no answer costs one', async (t) => {
  let begun = 0
  let answered = (_response: ServerResponse): void => {}
  const first = new Promise<ServerResponse>((resolve) => { answered = resolve })
  const { open } = await start(t, (_request: IncomingMessage, response: ServerResponse) => {
    begun++
    response.end(Buffer.alloc(64 * 1024 * 1024))
    answered(response)
  })
  const client = open(get('/').repeat(100))
  client.pause()
  const response = await first
  t.equal(begun, 1)
  client.destroy()
  await once(response, 'close')
  // What waited is dropped.
  await new Promise(setImmediate)
  t.equal(begun, 1)
})

t.test('createRawServer: requests behind an answer that does not end do not wait without a bound', async (t) => {
  const { open } = await start(t, (_request, response) => { response.write('the stream begins') })
  const waits = open(get('/').repeat(900))
  waits.resume()
  const floods = open(get('/').repeat(1_100))
  floods.resume()
  await once(floods, 'close')
  t.notOk(waits.destroyed)
})

t.test('createRawServer: a connection on which nothing moves is cut', async (t) => {
  const { server, open } = await start(t, (_request, response) => { response.end(Buffer.alloc(64 * 1024 * 1024)) }, 50)
  const accepted = once(server, 'connection') as Promise<[Socket]>
  open(get('/')).pause()
  const [socket] = await accepted
  await once(socket, 'close')
  t.ok(socket.bytesWritten > 0)
})
