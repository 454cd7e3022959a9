// What one process holds after work of every kind on 64 connections: small, 10 KB and 1 MB answers, uploads, merges, TLS.
// Run: pnpm build && node test/bench/memory.mjs [factor] [--json]
import fs from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import path from 'node:path'
import { createAuthority } from '@floodgate/testing'
import { Pool } from 'undici'
import { folder, startMeasured } from './start-measured.mjs'

const factor = Number(process.argv[2] ?? 1)
const authority = createAuthority('memory')
fs.writeFileSync(path.join(folder, 'ca.pem'), authority.cert)
const bodies = { '/small': 'x'.repeat(120), '/medium': 'x'.repeat(10_000), '/large': 'x'.repeat(1 << 20), '/a': '{"a":1}', '/b': '{"b":2}', '/c': '{"c":3}', '/post': '{}' }
const plain = await serve(http.createServer(upstream))
const secure = await serve(https.createServer(authority.issue({ cn: 'secure' }), upstream))
const pass = (endpoint, more) => ({ endpoint, output_encoding: 'no-op', backend: [{ url_pattern: endpoint, ...more }] })

const gateway = await startMeasured({
  timeout: '1m',
  host: [`http://127.0.0.1:${plain}`],
  endpoints: [
    ...['/small', '/medium', '/large'].map((path) => pass(path)),
    { ...pass('/post', { method: 'POST' }), method: 'POST' },
    { endpoint: '/merge', backend: ['/a', '/b', '/c'].map((url) => ({ url_pattern: url })) },
    pass('/tls', { url_pattern: '/small', host: [`https://127.0.0.1:${secure}`], extra_config: { 'backend/http/client': { client_tls: { ca_certs: ['ca.pem'] } } } })
  ]
})
const pool = new Pool(gateway.address, { connections: 64 })
for (const [target, requests, body] of [['/small', 20_000], ['/medium', 20_000], ['/large', 600], ['/post', 10_000, 'y'.repeat(10_000)], ['/merge', 10_000], ['/tls', 10_000]]) {
  let left = requests * factor
  await Promise.all(Array.from({ length: 64 }, async () => {
    while (left-- > 0) {
      const response = await pool.request({ path: target, method: body === undefined ? 'GET' : 'POST', body })
      if (response.statusCode !== 200) throw new Error(`${target} answered ${response.statusCode}`)
      await response.body.dump({ limit: Infinity })
    }
  }))
  const { rss } = await gateway.ask('rss')
  console.log(`after ${target}: RSS ${mb(rss)} MB`)
}
const { rss, heapUsed, external } = await gateway.ask('measure')
console.log(`after a garbage collection: RSS ${mb(rss)}, heap ${mb(heapUsed)}, outside of it ${mb(external)} MB`)
if (process.argv.includes('--json')) console.log(JSON.stringify({ rss, heapUsed, external }))
process.exit(0)

function upstream (request, response) {
  const type = /^\/(?:[abc]|post)$/.test(request.url) ? 'application/json' : 'text/plain'
  request.resume().on('end', () => { response.writeHead(200, { 'content-type': type }).end(bodies[request.url]) })
}

function serve (server) {
  return new Promise((resolve) => { server.listen(0, '127.0.0.1', () => { resolve(server.address().port) }) })
}

function mb (bytes) {
  return (bytes / 2 ** 20).toFixed(0)
}
