// The least that Node can do: node:http and undici's dispatch(), no framework.
import http from 'node:http'
import { Pool } from 'undici'
import { pass } from './pass.mjs'
import { address, connections, keepAliveTimeout, routes } from './passed.mjs'

const table = new Map(routes.map(({ method, path, origin, target }) => [`${method} ${path}`, { origin, target, by: new Pool(origin, { connections, connect: { rejectUnauthorized: false } }) }]))
http.createServer({ keepAliveTimeout }, (request, response) => {
  const route = table.get(`${request.method} ${request.url}`)
  pass(request, response, route, request.method === 'POST' ? request : null)
}).listen(address)
