// What a client connection that has sent a request and waits costs, beside one of Node's own http server.
// Run: pnpm build && node test/bench/idle-connections.mjs [connections] [--json]
import http from 'node:http'
import net from 'node:net'
import { startMeasured, startScript } from './start-measured.mjs'

const many = Number(process.argv[2] ?? 10_000)
const sockets = []
const upstream = http.createServer((_, response) => { response.writeHead(200, { 'content-type': 'text/plain' }).end('ok') })
await new Promise((resolve) => { upstream.listen(0, '127.0.0.1', resolve) })

const gateway = await startMeasured({
  host: [`http://127.0.0.1:${upstream.address().port}`],
  idle_timeout: '1h',
  idle_connection_timeout: '1s',
  endpoints: [{ endpoint: '/a', output_encoding: 'no-op', timeout: '1m', backend: [{ url_pattern: '/' }] }]
})
const node = await startScript('bare-server.mjs')
const ours = await perConnection(gateway)
const own = await perConnection(node)
console.log(`KB per idle connection, RSS (heap): ${ours.rss.toFixed(1)} (${ours.heapUsed.toFixed(1)}); Node's own ${own.rss.toFixed(1)} (${own.heapUsed.toFixed(1)}); beyond it ${(ours.rss - own.rss).toFixed(1)} (${(ours.heapUsed - own.heapUsed).toFixed(1)})`)
if (process.argv.includes('--json')) console.log(JSON.stringify({ ours, own }))
process.exit(0)

/** KB per connection that was used once and is kept, after the first hundred. */
async function perConnection (server) {
  const port = new URL(server.address).port
  await connect(port, 100)
  const before = await server.ask('measure')
  await connect(port, many)
  const after = await server.ask('measure')
  if (after.sockets - before.sockets < many * 0.99) throw new Error(`only ${after.sockets - before.sockets} connections are open`)
  for (const socket of sockets.splice(0)) socket.destroy()
  return { rss: (after.rss - before.rss) / 1024 / many, heapUsed: (after.heapUsed - before.heapUsed) / 1024 / many }
}

/** Opens connections that send one request and stay, fifty at once. */
async function connect (port, count) {
  let left = count
  await Promise.all(Array.from({ length: 50 }, async () => {
    while (left-- > 0) {
      await new Promise((resolve, reject) => {
        const socket = net.connect(Number(port), '127.0.0.1', () => { socket.write('GET /a HTTP/1.1\r\nHost: a\r\n\r\n') })
        socket.on('error', reject).once('data', resolve)
        sockets.push(socket)
      })
    }
  }))
}
