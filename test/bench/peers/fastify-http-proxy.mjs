// Fastify with @fastify/http-proxy.
import httpProxy from '@fastify/http-proxy'
import Fastify from 'fastify'
import { address, connections, keepAliveTimeout, routes } from './passed.mjs'

const app = Fastify({ keepAliveTimeout })
for (const { method, path, origin, target } of routes) {
  app.register(httpProxy, {
    upstream: origin,
    prefix: path,
    rewritePrefix: target,
    httpMethods: [method],
    undici: { connections, connect: { rejectUnauthorized: false } }
  })
}
await app.listen(address)
