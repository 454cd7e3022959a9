// node:http with http-proxy.
import http from 'node:http'
import https from 'node:https'
import httpProxy from 'http-proxy'
import { address, connections, keepAliveTimeout, routes } from './passed.mjs'

const options = { keepAlive: true, maxSockets: connections }
const agents = { 'http:': new http.Agent(options), 'https:': new https.Agent(options) }
const table = new Map(routes.map((route) => [`${route.method} ${route.path}`, { ...route, agent: agents[new URL(route.origin).protocol] }]))
const proxy = httpProxy.createProxyServer({ changeOrigin: true, secure: false })
proxy.on('error', (err, _request, response) => { response.destroy(err) })
http.createServer({ keepAliveTimeout }, (request, response) => {
  const { origin, target, agent } = table.get(`${request.method} ${request.url}`)
  request.url = target
  proxy.web(request, response, { target: origin, agent })
}).listen(address)
