import { once } from 'node:events'
import http from 'node:http'
import type { Socket } from 'node:net'
import t, { type Test } from 'tap'
import { listen, readAll } from '@floodgate/testing'
import { backend, endpoint, messages, proxy, serve } from '../support/serve.ts'

interface Asked { method: string, url: string, headers: NodeJS.Dict<string[]>, body: string }

async function startService (t: Test) {
  const asked: Asked[] = []
  const gone: string[] = []
  const server = http.createServer((request, response) => {
    response.on('close', () => { if (!response.writableFinished) gone.push(request.url!) })
    if (request.url === '/silent') return
    readAll(request).then((body) => {
      asked.push({ method: request.method!, url: request.url!, headers: request.headersDistinct, body: String(body) })
      if (request.url === '/redirect') response.writeHead(302, { location: '/there' }).end()
      else response.writeHead(201, { 'x-one': '1', 'x-many': ['a', 'b'] }).end('answer ä')
    }).catch(() => { response.destroy() })
  })
  t.teardown(() => { server.closeAllConnections(); server.close() })
  return { url: `http://127.0.0.1:${await listen(server)}`, asked, gone, server }
}

const shown = { service: { extra_config: messages } }

t.test('http_response: asks any address, and gives the response', async (t) => {
  const { url, asked } = await startService(t)
  const send = await serve(t, {
    ...shown,
    endpoint: proxy({
      post: `local d = response.load():data()
      local r = http_response.new('${url}/get?q=1')
      d:set('status', r:statusCode()) d:set('body', r:body()) d:set('again', r:body()) d:set('one', r:headers('X-One') .. r:headers('none')) d:set('many', r:headerList('x-many')) d:set('none', r:headerList('none'):len())
      r:close()
      d:set('post', http_response.new('${url}/post', 'POST', 'ö'):statusCode())
      d:set('put', http_response.new('${url}/put', 'PUT', '', { ['X-A'] = 'a', ['X-B'] = { 'b', 'c' }, ['User-Agent'] = 'own' }):statusCode())
      d:set('moved', http_response.new('${url}/redirect'):statusCode())`
    })
  })
  t.match((await send()).json, { status: 201, body: 'answer ä', again: 'answer ä', one: '1', many: ['a', 'b'], none: 0, post: 201, put: 201, moved: 201 })
  t.match(asked, [
    { method: 'GET', url: '/get?q=1', headers: { 'user-agent': [/^Floodgate Version /] } },
    { method: 'POST', url: '/post', body: 'ö' },
    { method: 'PUT', url: '/put', headers: { 'x-a': ['a'], 'x-b': ['b', 'c'], 'user-agent': ['own'] } },
    { url: '/redirect' }, { url: '/there' }
  ])
})

t.test('http_response: waits anywhere, at every place, and errors can be caught', async (t) => {
  const { url } = await startService(t)
  const code = `local ok, r = pcall(http_response.new, '${url}/a') local co = coroutine.wrap(function() return http_response.new('${url}/b'):statusCode() end)`
  const send = await serve(t, {
    ...shown,
    endpoint: { extra_config: { ...proxy({ allow_open_libs: true, post: `${code} response.load():data():set('sum', co() + r:statusCode())` }).extra_config, ...endpoint({ allow_open_libs: true, pre: `${code} if co() ~= 201 then custom_error('no') end` }).extra_config } },
    backend: backend({ pre: 'local ok, e = pcall(http_response.new, \'http://127.0.0.1:1/x?secret\') request.load():headers(\'X-E\', tostring(ok) .. \' \' .. tostring(e))' })
  })
  const { json, seen } = await send()
  t.match(json, { sum: 402 })
  t.match(seen[0]!.headers['x-e'], /^false <string>:1: GET http:\/\/127\.0\.0\.1:1\/x: /)
  t.notMatch(seen[0]!.headers['x-e'], 'secret')
})

t.test('http_response: wrong arguments and addresses', async (t) => {
  for (const [call, text] of [
    ['http_response.new()', 'need 1, 3 or 4 arguments'], ["http_response.new('http://a', 'GET')", 'need 1, 3 or 4 arguments'], ["http_response.new('file:///etc/passwd')", 'unsupported protocol scheme "file"'], ["http_response.new('no address')", /^unsupported protocol scheme/],
    ["http_response.new('http://a', 'G T', '')", 'net/http: invalid method "G T"'], ["http_response.new('http://a', 'GET', {})", /bad argument #3 to new/]
  ] as const) {
    const { status, text: said } = await (await serve(t, { ...shown, endpoint: proxy({ pre: call }) }))()
    t.equal(status, 500)
    if (typeof text === 'string') t.equal(said, `${text} (pre-script:L1)`, call)
    else t.match(said, text, call)
  }
})

t.test('http_response: ends with the deadline of the request, and so does the call', async (t) => {
  const { url, gone, server } = await startService(t)
  const closed = once(server, 'connection')
  const send = await serve(t, { endpoint: { timeout: '50ms', ...proxy({ pre: `http_response.new('${url}/silent')` }) } })
  t.match(await send(), { status: 500, seen: [] })
  const [socket] = await closed as [Socket]
  if (!socket.destroyed) await once(socket, 'close')
  t.same(gone, ['/silent'])
  const hook = await serve(t, { endpoint: { timeout: '50ms', ...endpoint({ pre: `http_response.new('${url}/silent')` }) } })
  t.match(await hook(), { status: 500, seen: [] })
})
