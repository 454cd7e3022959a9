// Answers with 120 B at /small, JSON of 10 KB at /items, 1 MB at /large, and little JSON elsewhere; with TLS on the
// second port, and through the CONNECT proxy on the third. Arguments: the three ports.
import http from 'node:http'
import https from 'node:https'
import { createForwardProxy, createAuthority } from '@floodgate/testing'

const item = (i) => ({ id: i, name: `item ${i}`, active: i % 2 === 0, price: i * 1.25, tags: ['x', 'y'] })
const bodies = {
  '/small': { id: 42, name: 'small item', active: true, price: 12.5, tags: ['a', 'b'], note: 'a small JSON body of about 120 bytes' },
  '/items': { owner: { name: 'Ada', mail: 'ada@example.com' }, items: Array.from({ length: 128 }, (_, i) => item(i)) },
  '/large': 'x'.repeat(1 << 20),
  '/post': { ok: true },
  '/a': { a_id: 1, a_name: 'first', a_list: [1, 2, 3] },
  '/b': { b_id: 2, b_name: 'second', b_list: [4, 5, 6] },
  '/c': { c_id: 3, c_name: 'third', c_list: [7, 8, 9] },
  '/by/1': { id: 2, next: 'two' },
  '/by/2': { id: 3, last: true }
}
const answers = new Map(Object.entries(bodies).map(([path, body]) => [path, Buffer.from(JSON.stringify(body))]))
const options = { keepAliveTimeout: 3_600_000, requestTimeout: 0 }
const [plain, secure, proxy] = process.argv.slice(2).map(Number)
http.createServer(options, answer).listen(plain, '127.0.0.1')
https.createServer({ ...options, ...createAuthority('bench').issue({ cn: 'upstream.test' }) }, answer).listen(secure, '127.0.0.1')
createForwardProxy().listen(proxy, '127.0.0.1')

function answer (req, res) {
  const body = answers.get(req.url)
  req.on('end', () => {
    if (body) res.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body)
    else res.writeHead(404).end()
  }).resume()
}
