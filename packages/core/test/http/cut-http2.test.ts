import { once } from 'node:events'
import http2, { type Http2ServerResponse } from 'node:http2'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { cutHttp2Later } from '../../src/http/cut-http2.ts'

t.test('cutHttp2Later: destroy resets the stream with an error, and not while Node reads', async (t) => {
  let closedAtOnce: boolean | null = null
  const server = http2.createServer((_request, response: Http2ServerResponse) => {
    cutHttp2Later(response)
    response.writeHead(200)
    response.write('half')
    response.destroy()
    closedAtOnce = response.stream.closed
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const session = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  t.teardown(() => { session.destroy(); server.close() })
  const stream = session.request()
  stream.resume().on('error', () => {})
  await new Promise((resolve) => { stream.once('close', resolve) })
  t.equal(stream.rstCode, http2.constants.NGHTTP2_INTERNAL_ERROR)
  t.equal(closedAtOnce, false)
})
