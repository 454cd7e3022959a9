// How much memory a gateway takes while one large body passes: down and up, over TCP, TLS and HTTP/2, and with either end
// slower than the other.
// Run: pnpm build && node test/bench/transfers.mjs [MiB, default 1024] [--json]
import { once } from 'node:events'
import fs from 'node:fs'
import http from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createAuthority, listen } from '@floodgate/testing'
import { folder, startMeasured } from './start-measured.mjs'

const size = (Number(process.argv[2]) || 1024) << 20
const warmUp = 32 << 20
const chunk = Buffer.alloc(1 << 18, 'x')
/** A slow end stops for 1 ms after so many bytes: some 100 MB/s, where the other end has at least three times as much. */
const slowStep = 1 << 17

const authority = createAuthority('transfers')
for (const [name, text] of Object.entries({ 'ca.pem': authority.cert, ...pair('gateway') })) fs.writeFileSync(path.join(folder, name), text)
const upstream = { http: await listen(http.createServer(serve)), https: await listen(https.createServer(authority.issue({ cn: 'upstream' }), serve)) }
const gateways = { http: await startMeasured(configure('http')), https: await startMeasured(configure('https', { tls: { keys: [{ public_key: 'gateway.pem', private_key: 'gateway.key' }] } })) }

const cases = [
  { what: 'down', scheme: 'http' },
  { what: 'down, chunked', scheme: 'http', chunked: true },
  { what: 'down, slow client', scheme: 'http', slowClient: true },
  { what: 'down, slow upstream', scheme: 'http', slowUpstream: true },
  { what: 'down over TLS', scheme: 'https' },
  { what: 'down over TLS, slow client', scheme: 'https', slowClient: true },
  { what: 'up', scheme: 'http', up: true },
  { what: 'up, chunked', scheme: 'http', up: true, chunked: true },
  { what: 'up, slow client', scheme: 'http', up: true, slowClient: true },
  { what: 'up, slow upstream', scheme: 'http', up: true, slowUpstream: true },
  { what: 'up over TLS', scheme: 'https', up: true },
  { what: 'up over TLS, slow upstream', scheme: 'https', up: true, slowUpstream: true },
  { what: 'down over HTTP/2, slow client', scheme: 'https', h2: true, slowClient: true },
  { what: 'up over HTTP/2, slow upstream', scheme: 'https', h2: true, up: true, slowUpstream: true }
]
const results = []
for (const { what, scheme, ...how } of cases) {
  const gateway = gateways[scheme]
  // What the first transfer takes is not what a large body takes.
  await transfer(gateway.address, { ...how, bytes: warmUp })
  const { rss: before } = await gateway.ask('peak')
  const begin = performance.now()
  await transfer(gateway.address, { ...how, bytes: size })
  const seconds = (performance.now() - begin) / 1000
  const { most } = await gateway.ask('peak')
  results.push({ what, more: most - before })
  if (!process.argv.includes('--json')) console.log(`${what}: ${mb(most - before)} MiB more at the most than the ${mb(before)} before it, ${(size / 2 ** 20 / seconds).toFixed(0)} MiB/s`)
}
if (process.argv.includes('--json')) console.log(JSON.stringify(results))
process.exit(0)

/** Sends one body through a gateway, and checks that all of it came. */
async function transfer (address, { h2 = false, up = false, bytes, chunked = false, slowClient = false, slowUpstream = false }) {
  const url = new URL(up ? '/up' : '/down', address)
  url.search = new URLSearchParams({ bytes, ...chunked && { chunked }, ...slowUpstream && { slow: true } })
  const method = up ? 'POST' : 'GET'
  const session = h2 ? http2.connect(address, { ca: authority.cert }) : null
  const { request: open } = url.protocol === 'https:' ? https : http
  const request = session === null
    ? open(url, { agent: false, ca: authority.cert, method, headers: up && !chunked ? { 'content-length': bytes } : {} })
    : session.request({ ':method': method, ':path': url.pathname + url.search }, { endStream: !up })
  const answered = once(request, 'response')
  if (up) await Promise.race([write(request, bytes, slowClient), answered])
  else request.end()
  const [head] = await answered
  const response = session === null ? head : request
  const received = up ? Number(await response.setEncoding('utf8').toArray().then((texts) => texts.join(''))) : await count(response, slowClient)
  session?.close()
  const status = session === null ? head.statusCode : head[':status']
  if (status !== 200 || received !== bytes) throw new Error(`${status}: ${received} of ${bytes} bytes`)
}

async function serve (request, response) {
  const { searchParams } = new URL(request.url, 'http://any')
  const slow = searchParams.has('slow')
  const bytes = Number(searchParams.get('bytes'))
  if (request.method === 'POST') {
    response.end(String(await count(request, slow)))
  } else {
    response.writeHead(200, { 'content-type': 'application/octet-stream', ...!searchParams.has('chunked') && { 'content-length': bytes } })
    await write(response, bytes, slow)
  }
}

async function write (writable, bytes, slow) {
  for (let left = bytes; left > 0; left -= chunk.length) {
    for (let at = 0; at < chunk.length; at += slow ? slowStep : chunk.length) {
      if (!writable.write(slow ? chunk.subarray(at, at + slowStep) : chunk)) await once(writable, 'drain')
      if (slow) await delay(1)
    }
  }
  writable.end()
}

async function count (readable, slow) {
  let bytes = 0
  let stop = slowStep
  for await (const data of readable) {
    bytes += data.length
    if (!slow || bytes < stop) continue
    stop = bytes + slowStep
    await delay(1)
  }
  return bytes
}

function configure (scheme, more) {
  const pass = (endpoint, method) => ({
    endpoint,
    method,
    output_encoding: 'no-op',
    input_query_strings: ['*'],
    backend: [{ url_pattern: endpoint, method, host: [`${scheme}://127.0.0.1:${upstream[scheme]}`], extra_config: { 'backend/http/client': { client_tls: { ca_certs: ['ca.pem'] } } } }]
  })
  return { timeout: '10m', endpoints: [pass('/down', 'GET'), pass('/up', 'POST')], ...more }
}

function pair (cn) {
  const { cert, key } = authority.issue({ cn })
  return { [`${cn}.pem`]: cert, [`${cn}.key`]: key }
}

function mb (bytes) {
  return (bytes / 2 ** 20).toFixed(0)
}
