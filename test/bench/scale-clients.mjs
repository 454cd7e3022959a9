// What 200 distinct client settings with TLS cost beside one: memory for each, and whether handshakes are resumed.
// Run: pnpm build && node test/bench/scale-clients.mjs [settings] [--json]
import fs from 'node:fs'
import https from 'node:https'
import path from 'node:path'
import { createAuthority } from '@floodgate/testing'
import { folder, startMeasured } from './start-measured.mjs'

const many = Number(process.argv[2] ?? 200)
const authority = createAuthority('scale')
fs.writeFileSync(path.join(folder, 'ca.pem'), authority.cert)
const pair = authority.issue({ cn: 'client' })
const resumed = { yes: 0, no: 0 }
const upstream = https.createServer({ ...authority.issue({ cn: 'upstream' }), minVersion: 'TLSv1.2' }, (request, response) => {
  response.writeHead(200, { 'content-type': 'text/plain', connection: 'close' }).end('ok')
})
upstream.on('secureConnection', (socket) => { resumed[socket.isSessionReused() ? 'yes' : 'no']++ })
await new Promise((resolve) => { upstream.listen(0, '127.0.0.1', resolve) })

/** Each has a certificate file of its own: trust and identity are read, held and shown apart. */
function settings (i) {
  for (const [name, text] of Object.entries({ [`ca-${i}.pem`]: authority.cert, [`client-${i}.pem`]: pair.cert, [`client-${i}.key`]: pair.key })) fs.writeFileSync(path.join(folder, name), text)
  return { client_tls: { min_version: 'TLS12', ca_certs: [`ca-${i}.pem`], client_certs: [{ certificate: `client-${i}.pem`, private_key: `client-${i}.key` }] } }
}
const config = (count) => ({
  host: [`https://127.0.0.1:${upstream.address().port}`],
  timeout: '1m',
  endpoints: Array.from({ length: count }, (_, i) => ({
    endpoint: `/r/${i}`,
    output_encoding: 'no-op',
    backend: [{ url_pattern: '/', extra_config: { 'backend/http/client': settings(i) } }]
  }))
})

const one = await startMeasured(config(1))
const all = await startMeasured(config(many))
await ask(one, 1, 3)
const before = await one.ask('measure')
resumed.yes = resumed.no = 0
await ask(all, many, 1)
const first = { ...resumed }
await ask(all, many, 2)
const after = await all.ask('measure')
const again = { yes: resumed.yes - first.yes, no: resumed.no - first.no }
const kb = (key) => (after[key] - before[key]) / 1024 / (many - 1)

console.log(`memory per distinct client: heap ${kb('heapUsed').toFixed(1)}, outside of it ${kb('external').toFixed(1)}, RSS ${kb('rss').toFixed(1)} KB`)
console.log(`handshakes: ${first.no} full and ${first.yes} resumed for the first request of each, then ${again.no} full and ${again.yes} resumed`)
if (process.argv.includes('--json')) console.log(JSON.stringify({ rssKb: kb('rss'), first, again }))
process.exit(0)

/** Asks every endpoint, so many times in turn, eight at once. */
async function ask (gateway, endpoints, times) {
  for (let time = 0; time < times; time++) {
    let next = 0
    await Promise.all(Array.from({ length: 8 }, async () => {
      while (next < endpoints) {
        const response = await fetch(`${gateway.address}/r/${next++}`)
        if (response.status !== 200) throw new Error(`status ${response.status}`)
        await response.arrayBuffer()
      }
    }))
  }
}
