// Part B of what was found by attacking: requests that open a door.
import net from 'node:net'
import t from 'tap'
import { ask, attackable, pass, statuses, upstream, wire } from './attacked.ts'

const timeout = 300_000

t.test('B4: an address behind a thousand header fields is still refused', { timeout }, async (t) => {
  const { host } = await upstream(t)
  const running = await attackable(t, { endpoints: [pass('/a', host)], extra_config: { 'plugin/http-server': { name: ['ip-filter'], 'ip-filter': { CIDR: ['6.6.6.6/32'], allow: false } } } })
  const fields = Array.from({ length: 1500 }, (_, i) => `${i.toString(36)}:\r\n`).join('')
  t.strictSame(statuses(await wire(running.port, 'GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n')), [403])
  t.strictSame(statuses(await wire(running.port, `GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${fields}X-Forwarded-For: 6.6.6.6\r\n\r\n`)), [403])
})

t.test('B5: what stands behind an Upgrade is the body or the next request, as its framing says', { timeout }, async (t) => {
  const up = await upstream(t)
  const running = await attackable(t, { endpoints: [pass('/up', up.host, { method: 'POST' }), pass('/a', up.host), pass('/smuggled', up.host)] })
  const body = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n'
  const head = `POST /up HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: ${body.length}\r\n\r\n`
  const socket = net.connect(running.port, '127.0.0.1')
  let text = ''
  socket.on('data', (chunk) => { text += chunk.toString('latin1') })
  socket.write(head)
  setTimeout(() => { socket.write(`${body}GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`) }, 100)
  await new Promise((resolve) => { socket.on('close', resolve) })
  t.notOk(up.seen.some(({ url }) => url === '/smuggled'), 'the body is no request')
  t.equal(up.seen.find(({ url }) => url === '/up')?.body, body, 'the body arrives')
  t.strictSame(statuses(text), [200, 200])
})

t.test('B6: a parameter stays in its segment', { timeout }, async (t) => {
  const up = await upstream(t)
  const running = await attackable(t, { endpoints: [pass('/u/{id}', up.host, { url: '/users/{id}' }), pass('/two/{a}/{b}', up.host, { url: '/x/{a}/{b}' })] })
  for (const path of ['/u/..', '/u/.', '/u/%2e%2e', '/u/%2E.', '/u/.%2e', '/two/%2e%2e/y', '/two/y/%2e%2e']) {
    up.seen.length = 0
    const [status] = statuses(await wire(running.port, `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`))
    t.ok(status! >= 400 && status! < 500, `${path}: ${status}`)
    t.strictSame(up.seen.map(({ url }) => url), [], path)
  }
})

t.test('B7: a fragment in the target is no way to a path', { timeout }, async (t) => {
  const { host } = await upstream(t)
  const running = await attackable(t, { endpoints: [pass('/admin/secret', host), pass('/u/{id}', host)] })
  for (const [path, wanted] of [['/admin/secret#', 404], ['/admin/secret#x', 404], ['/admin#/secret', 404], ['/u/a#b', 400]] as const) t.strictSame(statuses(await wire(running.port, `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)), [wanted], path)
})

t.test('B8: hosts and codings that are none are refused; the host of the target counts', { timeout }, async (t) => {
  const up = await upstream(t)
  const running = await attackable(t, { endpoints: [pass('/a', up.host), pass('/up', up.host, { method: 'POST' })] })
  for (const host of ['Host: a\r\nHost: b', 'Host: a\r\nHost: a', 'Host: a b', 'Host: "a"', 'Host: a/b', 'X: y']) t.strictSame(statuses(await wire(running.port, `GET /a HTTP/1.1\r\n${host}\r\nConnection: close\r\n\r\n`)), [400], host)
  t.strictSame(statuses(await wire(running.port, 'POST /up HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n0\r\n\r\n')), [501])
  up.seen.length = 0
  await wire(running.port, 'GET http://target.test/a HTTP/1.1\r\nHost: field.test\r\nConnection: close\r\n\r\n')
  t.equal(up.seen[0]?.headers['x-forwarded-host'], 'target.test')
  const redirecting = await attackable(t, { extra_config: { 'security/http': { ssl_redirect: true, ssl_host: 'good.com' } }, endpoints: [pass('/a', up.host)] })
  t.notMatch(await wire(redirecting.port, 'GET http://evil.com/x HTTP/1.1\r\nHost: good.com\r\nConnection: close\r\n\r\n'), /^location:.*http.*http/im)
})

t.test('B9: an answer that was made for one host is not given to another', { timeout }, async (t) => {
  const up = await upstream(t, (request) => ({ host: request.headers['x-forwarded-host'] ?? 'none' }))
  const config = (encoding: string) => ({ endpoint: `/${encoding}`, output_encoding: encoding, cache_ttl: '60s', backend: [{ host: [up.host], url_pattern: `/cached-${encoding}`, encoding, extra_config: { 'qos/http-cache': {} } }] })
  const running = await attackable(t, { cache_ttl: '60s', endpoints: [config('no-op'), config('json')] })
  for (const endpoint of ['no-op', 'json']) {
    for (const host of ['evil.test', 'good.test']) {
      const { body } = await ask(`${running.url}/${endpoint}`, { headers: { host } })
      t.ok(['none', host].includes((JSON.parse(body) as { host: string }).host), `${endpoint} ${host}: ${body}`)
    }
  }
})

t.test('B10: the first of several lines is the key of a limit', { timeout }, async (t) => {
  const up = await upstream(t)
  const running = await attackable(t, { endpoints: [pass('/a', up.host, { input_headers: ['X-Key'], extra_config: { 'qos/ratelimit/router': { client_max_rate: 1, client_capacity: 1, every: '10m', strategy: 'header', key: 'X-Key' } } })] })
  const send = async (second: string) => statuses(await wire(running.port, `GET /a HTTP/1.1\r\nHost: a\r\nX-Key: me\r\n${second}Connection: close\r\n\r\n`))
  t.strictSame(await send(''), [200])
  t.strictSame(await send('X-Key: other\r\n'), [429])
  t.strictSame(await send('X-Key: third\r\n'), [429])
})

t.test('B12: what comes behind a running request does not take the place of its answer', { timeout }, async (t) => {
  const { host } = await upstream(t)
  const running = await attackable(t, { endpoints: [pass('/slow', host)] })
  t.strictSame(statuses(await wire(running.port, 'GET /slow HTTP/1.1\r\nHost: a\r\n\r\n\0garbage\r\n\r\n')), [200, 400])
  t.strictSame(statuses(await wire(running.port, 'GET /slow HTTP/1.1\r\nHost: a\r\n\r\nGET /slow HTTP/1.1\r\nno colon\r\n\r\n')), [200, 400])
  t.equal(statuses(await wire(running.port, 'GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nanything'))[0], 200)
})

t.test('B13: 100 Continue is for those who may send, and a refused body is no request', { timeout }, async (t) => {
  const up = await upstream(t)
  const users = { nobody: '$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy' }
  const running = await attackable(t, { endpoints: [pass('/guarded', up.host, { method: 'POST', extra_config: { 'auth/basic': { users } } }), pass('/up', up.host, { method: 'POST' })] })
  const refused = await wire(running.port, 'POST /guarded HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n', { within: 8000 })
  t.strictSame(statuses(refused), [401])
  t.match(refused, /^connection: close/im)
  const socket = net.connect(running.port, '127.0.0.1')
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
    if (text.endsWith('100 Continue\r\n\r\n')) socket.write('body')
  })
  socket.write('POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n')
  await new Promise((resolve) => { socket.on('close', resolve) })
  t.strictSame(statuses(text), [100, 200])
  t.equal(up.seen.at(-1)?.body, 'body')
})
