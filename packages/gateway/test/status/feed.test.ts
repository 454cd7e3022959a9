import { once } from 'node:events'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { createFeed } from '../../src/status/feed.ts'
import type { Facts } from '../../src/status/tables/facts.ts'

const source = { read: () => [], hostsOut: () => [], reloads: () => [], revision: () => '', workers: () => null }
const facts: Facts = { name: '', endpoints: [], backends: () => [], ofBackend: new Map() }

t.test('createFeed: a reload ends the streams, also that of a viewer that does not read', async (t) => {
  const feed = createFeed(source, () => facts)
  const responses: ServerResponse[] = []
  const server = http.createServer((request, response) => {
    if (request.url === '/slow') response.write(Buffer.alloc(64 * 1024 * 1024))
    responses.push(response)
    feed.follow(response).then(() => { server.emit('followed') }, t.error)
  }).listen(0, '127.0.0.1')
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  for (const path of ['/slow', '/']) {
    const request = http.get({ port, path, agent: false }).on('error', () => {})
    t.teardown(() => { request.destroy() })
    await Promise.all([once(server, 'followed'), once(request, 'response').then(([response]: IncomingMessage[]) => path === '/' ? response!.resume() : response!.pause())])
  }
  const closed = responses.map((response) => once(response, 'close'))
  feed.restart()
  await Promise.all(closed)
  t.same(responses.map(({ writableFinished }) => writableFinished), [false, true])
})
