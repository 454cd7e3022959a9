import { once } from 'node:events'
import http from 'node:http'
import http2 from 'node:http2'
import type { AddressInfo } from 'node:net'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import t, { type Test } from 'tap'
import { firstHeaderLine, headerLines, replaceHeader } from '@floodgate/core'

type Look = (request: FastifyRequest) => unknown
type Sent = Record<string, string | string[]> | string[]

/** Starts a server, and gives what sends it headers and tells what `look` found. */
async function start (t: Test, look: Look, { h2 = false } = {}): Promise<(headers: Sent) => Promise<unknown>> {
  const app = (h2 ? Fastify({ http2: true }) : Fastify()) as unknown as FastifyInstance
  t.teardown(() => app.close())
  app.get('/', async (request: FastifyRequest) => ({ found: look(request) ?? null }))
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  return async (headers) => {
    let text = ''
    if (h2) {
      const session = http2.connect(`http://127.0.0.1:${port}`)
      const stream = session.request({ ':path': '/', ...headers as object })
      for await (const chunk of stream) text += String(chunk)
      session.close()
    } else {
      const call = http.get({ port, host: '127.0.0.1', agent: false, headers })
      const [answer] = await once(call, 'response') as [http.IncomingMessage]
      for await (const chunk of answer) text += String(chunk)
    }
    return (JSON.parse(text) as { found: unknown }).found
  }
}

t.test('headerLines: lines of one name stay apart, in their order; what Node drops is there too', async (t) => {
  const send = await start(t, (request) => ({ ...headerLines(request), host: undefined, connection: undefined }))
  t.same(await send(['X-A', '1', 'x-b', 'a, b', 'x-a', '2', 'Authorization', 'one', 'authorization', 'two', 'Cookie', 'a=1', 'Cookie', 'b=2', 'x-empty', '', 'x-empty', 'x', 'Host', 'h']), {
    'x-a': ['1', '2'], 'x-b': 'a, b', authorization: ['one', 'two'], cookie: ['a=1', 'b=2'], 'x-empty': ['', 'x']
  })
})

t.test('headerLines: names that came once are the request\'s own headers, uncopied', async (t) => {
  const send = await start(t, (request) => headerLines(request) === request.headers)
  t.equal(await send({ 'x-a': '1', 'x-b': 'a, b' }), true)
  t.equal(await send({ 'x-a': ['1', '1'] }), false)
})

t.test('headerLines: fields of one line keep the first', async (t) => {
  const send = await start(t, (request) => [headerLines(request)['user-agent'], headerLines(request)['x-a']])
  t.same(await send({ 'user-agent': ['one', 'two'], 'x-a': ['1', '2'] }), ['one', ['1', '2']])
})

t.test('headerLines: what a hook has set stays, whatever lines the client sent', async (t) => {
  const send = await start(t, (request) => {
    request.raw.headers['x-a'] = 'mine'
    replaceHeader(request, 'x-b', '1, 2')
    replaceHeader(request, 'from', 'mallory')
    delete request.raw.headers['x-c']
    return ['x-a', 'x-b', 'x-c', 'from', 'x-d'].map((name) => headerLines(request)[name] ?? null)
  })
  t.same(await send({ 'x-a': ['1', '2'], 'x-b': ['1', '2'], 'x-c': ['1', '2'], from: ['mallory', 'root'], 'x-d': ['1', '2'] }), ['mine', '1, 2', null, 'mallory', ['1', '2']])
})

t.test('headerLines: over HTTP/2 as well, where the pieces of a Cookie are one', async (t) => {
  const send = await start(t, (request) => [headerLines(request)['x-a'], headerLines(request).cookie], { h2: true })
  t.same(await send({ 'x-a': ['1', '2'], cookie: ['a=1', 'b=2'] }), [['1', '2'], 'a=1; b=2'])
})

t.test('headerLines: thousands of names of one letter, and of the prototype', async (t) => {
  const send = await start(t, (request) => {
    const lines = headerLines(request)
    return [lines['a']?.length, Object.keys(lines).includes('constructor'), lines['constructor']]
  })
  t.same(await send({ a: Array<string>(900).fill('1'), constructor: ['x', 'y'] }), [900, true, ['x', 'y']])
})

t.test('firstHeaderLine: the first of several, a line with commas whole, nothing of the prototype', async (t) => {
  const send = await start(t, (request) => ['x-a', 'x-b', 'x-none', 'authorization', 'x-empty', 'constructor'].map((name) => firstHeaderLine(request, name) ?? null))
  t.same(await send({ 'x-a': ['a, b', 'c'], 'x-b': 'a, b', authorization: ['one', 'two'], 'x-empty': ['', 'x'] }), ['a, b', 'a, b', null, 'one', '', null])
})

t.test('firstHeaderLine: what a hook has set is what there is', async (t) => {
  const send = await start(t, (request) => {
    request.raw.headers['x-a'] = 'mine, too'
    replaceHeader(request, 'x-b', ['one', 'two'])
    replaceHeader(request, 'x-c', '1, 2')
    return ['x-a', 'x-b', 'x-c'].map((name) => firstHeaderLine(request, name))
  })
  t.same(await send({ 'x-a': ['1', '2'], 'x-b': ['1', '2'], 'x-c': ['1', '2'] }), ['mine, too', 'one', '1, 2'])
})
