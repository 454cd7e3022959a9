import http from 'node:http'
import { lookup } from 'node:dns/promises'
import t, { type Test } from 'tap'
import { startOrigin } from '@floodgate/testing'
import { openListener } from '../../src/serve/open-listener.ts'

function logger () {
  const lines: string[] = []
  return { lines, log: { info: (line: string) => { lines.push(line) }, error: (_: object, line: string) => { lines.push(line) } } as never }
}

async function start (t: Test, host: string) {
  const server = http.createServer((_request, response) => { response.end('here') })
  const { lines, log } = logger()
  const listener = await openListener(server, { host, port: 0, tls: false }, log)
  t.teardown(async () => {
    server.closeAllConnections()
    await listener.close()
  })
  return { listener, lines, server, port: Number(new URL(listener.address).port) }
}

t.test('openListener: logs its addresses and returns the first', async (t) => {
  const { listener, lines, port } = await start(t, '127.0.0.1')
  t.equal(listener.address, `http://127.0.0.1:${port}`)
  t.same(lines, [`Server listening at ${listener.address}`])
  t.equal(await (await fetch(listener.address)).text(), 'here')
})

t.test('openListener: without an address, on all of them', async (t) => {
  const { port } = await start(t, '')
  t.equal(await (await fetch(`http://127.0.0.1:${port}`)).text(), 'here')
})

t.test('openListener: the name localhost, on every address that it has, until it closes', async (t) => {
  const { listener, port } = await start(t, 'localhost')
  const urls = (await lookup('localhost', { all: true })).map(({ address, family }) => `http://${family === 6 ? `[${address}]` : address}:${port}`)
  for (const url of urls) t.equal(await (await fetch(url, { headers: { connection: 'close' } })).text(), 'here')
  await listener.close()
  for (const url of urls) await t.rejects(fetch(url))
})

t.test('openListener: a port that is taken', async (t) => {
  const { port } = await startOrigin(t, () => {})
  await t.rejects(openListener(http.createServer(), { host: '127.0.0.1', port, tls: false }, logger().log), { code: 'EADDRINUSE' })
})
