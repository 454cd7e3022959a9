// Node's own http server, which tells what it holds as measured-gateway.mjs does. Needs --expose-gc.
import http from 'node:http'
import { measure } from './measure.mjs'

const server = http.createServer((_, response) => { response.writeHead(200, { 'content-type': 'text/plain' }).end('ok') })
server.keepAliveTimeout = 3_600_000
server.listen(0, '127.0.0.1', () => { process.send({ address: `http://127.0.0.1:${server.address().port}` }) })
process.on('message', () => { process.send(measure()) })
