import { once } from 'node:events'
import http from 'node:http'
import Fastify from 'fastify'
import t from 'tap'
import { createListener, serverOptions } from '@floodgate/router'
import { readAll } from '@floodgate/testing'
import { service } from '../support/routing.ts'

t.test('createFacade: apps that replace each other leave no trace on the server, and do not close it', async (t) => {
  const model = service([])
  let current = Fastify()
  const server = createListener(model, (request, response) => { current.routing(request, response) })
  t.teardown(() => new Promise((resolve) => { server.close(resolve); server.closeAllConnections() }))
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const { port } = server.address() as { port: number }
  const listeners = () => server.eventNames().map((name) => [name, server.listenerCount(name)])
  const before = listeners()
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  t.teardown(() => { agent.destroy() })
  const ask = async () => {
    const [response] = await once(http.get({ port, host: '127.0.0.1', agent }), 'response') as [http.IncomingMessage]
    const { localPort } = response.socket
    return `${String(await readAll(response))} on ${localPort}`
  }
  const seen: string[] = []
  for (let i = 0; i < 20; i++) {
    const app = Fastify(serverOptions(model, { server })) as unknown as typeof current
    app.get('/', async () => String(i))
    await app.ready()
    const old = current
    current = app
    await old.close()
    seen.push(await ask())
  }
  const localPort = seen[0]!.split(' ').at(-1)
  t.same(seen, Array.from({ length: 20 }, (_, i) => `${i} on ${localPort}`), 'over one connection')
  t.same(listeners(), before)
  await current.close()
})
