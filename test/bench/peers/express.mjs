// Express with http-proxy-middleware.
import http from 'node:http'
import https from 'node:https'
import express from 'express'
import { createProxyMiddleware } from 'http-proxy-middleware'
import { address, connections, keepAliveTimeout, routes } from './passed.mjs'

const options = { keepAlive: true, maxSockets: connections }
const agents = { 'http:': new http.Agent(options), 'https:': new https.Agent(options) }
const app = express()
for (const { method, path, origin, target } of routes) {
  app[method.toLowerCase()](path, createProxyMiddleware({ target: origin, agent: agents[new URL(origin).protocol], secure: false, changeOrigin: true, pathRewrite: () => target }))
}
http.createServer({ keepAliveTimeout }, app).listen(address)
