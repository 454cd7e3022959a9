import { spawn } from 'node:child_process'
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { freePort } from '@floodgate/testing'
import { folder } from './start-measured.mjs'

/**
 * Starts the built command with many endpoints that all had requests, in each worker, and with a little load that is spread over
 * them. It serves metrics and the status page. It ends with this process.
 */
export async function startWatched ({ endpoints, workers, perSecond }) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 })
  const origin = http.createServer((_, response) => { response.setHeader('content-type', 'application/json').end('{"a":1}') })
  await new Promise((resolve) => { origin.listen(0, '127.0.0.1', resolve) })
  const [port, status, metrics] = [await freePort(), await freePort(), await freePort()]
  const file = path.join(folder, 'krakend.json')
  fs.writeFileSync(file, JSON.stringify({
    version: 3,
    port,
    listen_ip: '127.0.0.1',
    host: [`http://127.0.0.1:${origin.address().port}`],
    extra_config: {
      router: { disable_access_log: true },
      'telemetry/logging': { level: 'ERROR', stdout: true },
      floodgate: { status: { port: status }, metrics: { port: metrics } }
    },
    endpoints: Array.from({ length: endpoints }, (_, i) => ({ endpoint: `/endpoints/${i}/{id}`, backend: [{ url_pattern: `/${i}` }] }))
  }))
  const bin = path.join(import.meta.dirname, '../../packages/cli/dist/bin.js')
  const more = workers > 0 ? ['--workers', String(workers)] : []
  const gateway = spawn(process.execPath, [bin, 'run', '-c', file, ...more], { stdio: ['ignore', 'ignore', 'pipe'] })
  process.on('exit', () => { gateway.kill() })
  await new Promise((resolve) => { gateway.stderr.on('data', (text) => { if (String(text).includes('listening')) resolve() }) })

  const ask = (i) => new Promise((resolve, reject) => {
    http.get({ port, path: `/endpoints/${i % endpoints}/1`, agent }, (response) => { response.resume().on('end', resolve) }).on('error', reject)
  })
  let next = 0
  const first = Math.max(1, workers) * 2 * endpoints
  await Promise.all(Array.from({ length: 8 }, async () => { while (next < first) await ask(next++) }))
  setInterval(() => { for (let i = 0; i < perSecond / 10; i++) ask(next++) }, 100)
  return { pid: gateway.pid, status, metricsUrl: `http://127.0.0.1:${metrics}/metrics`, name: `${endpoints} endpoints, ${workers === 0 ? 'one process' : `${workers} workers`}, ${perSecond} requests per second` }
}
