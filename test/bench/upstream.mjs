// Answers with JSON of about 10 KB at /items and of about 60 bytes elsewhere. Argument: port.
import http from 'node:http'

const item = (i) => ({ id: i, name: `item ${i}`, active: i % 2 === 0, price: i * 1.25, tags: ['x', 'y'] })
const bodies = {
  '/items': { owner: { name: 'Ada', mail: 'ada@example.com' }, items: Array.from({ length: 128 }, (_, i) => item(i)) },
  '/a': { a_id: 1, a_name: 'first', a_list: [1, 2, 3] },
  '/b': { b_id: 2, b_name: 'second', b_list: [4, 5, 6] },
  '/c': { c_id: 3, c_name: 'third', c_list: [7, 8, 9] },
  '/by/1': { id: 2, next: 'two' },
  '/by/2': { id: 3, last: true }
}
const answers = new Map(Object.entries(bodies).map(([path, body]) => [path, Buffer.from(JSON.stringify(body))]))
http.createServer({ keepAliveTimeout: 3_600_000 }, (req, res) => {
  const body = answers.get(req.url)
  if (body) res.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body)
  else res.writeHead(404).end()
}).listen(Number(process.argv[2]), '127.0.0.1')
