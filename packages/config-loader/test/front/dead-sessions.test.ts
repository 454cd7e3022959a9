import { once } from 'node:events'
import http2 from 'node:http2'
import net, { type AddressInfo } from 'node:net'
import t from 'tap'
import { endDeadSessions } from '../../src/front/dead-sessions.ts'

/** The preface and SETTINGS of a client that answers nothing after them. */
const preface = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])])

t.test('endDeadSessions: a session of which nothing is read ends; one whose client answers pings stays', { timeout: 20_000 }, async (t) => {
  const server = http2.createServer((_request, response) => { response.end('ok') })
  endDeadSessions(server, 100)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  t.teardown(() => { server.close() })

  const living = http2.connect(`http://127.0.0.1:${port}`)
  t.teardown(() => { living.destroy() })
  await once(server, 'session')
  const client = net.connect(port, '127.0.0.1')
  t.teardown(() => { client.destroy() })
  client.on('error', () => {}).resume().write(preface)
  const [session] = await once(server, 'session') as [http2.ServerHttp2Session]
  // Pings that the living one has answered meanwhile.
  await Promise.all([once(session, 'close'), once(living, 'ping')])
  await once(living, 'ping')
  t.equal(living.destroyed, false)
})
