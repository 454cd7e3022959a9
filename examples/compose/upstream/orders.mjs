// The service behind the gateway.
import http from 'node:http'

http.createServer((request, response) => {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ order: request.url.split('/').at(-1), state: 'shipped' }))
}).listen(Number(process.env.PORT ?? 3000))
