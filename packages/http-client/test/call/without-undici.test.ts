// In a process of its own: undici must not be loaded by anybody.
import { createRequire } from 'node:module'
import t from 'tap'
import { startOrigin } from '@floodgate/testing'
import { startClient } from '../support/clients.ts'

const { cache } = createRequire(import.meta.url)
const loaded = (): string[] => Object.keys(cache).filter((file) => /[/\\]node_modules[/\\]undici[/\\]/.test(file))

t.test('client.dispatch: nothing of undici is loaded before one of its dispatchers is asked for', async (t) => {
  const origin = await startOrigin(t, (req, res) => {
    if (req.url === '/moved') res.writeHead(302, { location: '/final' })
    res.end(req.url)
  })
  const client = startClient(t)
  const body = await new Promise((resolve, reject) => {
    let text = ''
    client.dispatch({ origin: origin.url, path: '/moved', method: 'GET', timeout: 60_000 }, {
      onRequestStart () {},
      onResponseData (_controller, chunk) { text += chunk.toString() },
      onResponseEnd () { resolve(text) },
      onResponseError (_controller, error) { reject(error) }
    })
  })
  t.equal(body, '/final', 'follows redirects, as dispatcher does')
  t.strictSame(loaded(), [])
  t.equal(client.dispatcher, client.dispatcher)
  t.equal(client.withoutRedirects, client.withoutRedirects)
  t.ok(loaded().length > 0)
})
