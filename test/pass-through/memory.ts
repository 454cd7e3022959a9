import { fork } from 'node:child_process'
import { once } from 'node:events'
import http from 'node:http'
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { isLong, startOrigin } from '@floodgate/testing'
import { call } from '@floodgate/testing'
import type { Subject } from './subject.ts'

const size = 1 << (isLong ? 30 : 28)
const chunk = Buffer.alloc(1 << 18)

function endless (bytes: number): Readable {
  let left = bytes
  return new Readable({ highWaterMark: 1 << 20, read () { left -= chunk.length; this.push(left < 0 ? null : chunk) } })
}

/** Tests that large bodies pass without staying in memory: `gatewayProcess` runs `serveAndReport`. */
export function testMemory ({ name, gatewayProcess }: Subject): void {
  t.test(`${name}: ${size >> 20} MiB pass without staying in memory`, async (t) => {
    let received = 0
    const origin = await startOrigin(t, (req, res) => {
      if (req.method === 'GET') { res.writeHead(200, { 'content-type': 'application/octet-stream' }); endless(Number(req.url!.slice(1))).pipe(res); return }
      // Slower than its client.
      let chunks = 0
      req.on('data', (data: Buffer) => {
        received += data.length
        if (++chunks % 16 > 0) return
        req.pause()
        setTimeout(() => { req.resume() }, 1)
      })
      req.on('end', () => { res.end('thanks') })
    })
    const gateway = fork(gatewayProcess, [origin.url])
    t.teardown(() => { gateway.kill() })
    const [{ url }] = await once(gateway, 'message') as [{ url: string }]
    const memory = async (): Promise<{ most: number, rss: number }> => { gateway.send('memory'); return (await once(gateway, 'message'))[0] as { most: number, rss: number } }

    // What any first transfer takes is not what a large body takes.
    await call(`${url}/${1 << 25}`)
    await call(url, { method: 'POST', body: endless(1 << 25) })
    const { rss: before } = await memory()

    const request = http.get(`${url}/${size}`, { agent: false })
    const [response] = await once(request, 'response') as [http.IncomingMessage]
    let sent = 0
    let chunks = 0
    for await (const data of response) {
      sent += (data as Buffer).length
      // Slower than the backend.
      if (++chunks % 16 === 0) await delay(1)
    }
    t.equal(sent, size)
    const down = await memory()
    t.ok(down.most - before < 48 << 20, `${(down.most - before) >> 20} MiB more for the answer`)

    received = 0
    const answer = await call(url, { method: 'POST', body: endless(size / 4) })
    t.equal(answer.body.toString(), 'thanks')
    t.equal(received, size / 4)
    const up = await memory()
    t.ok(up.most - before < 48 << 20, `${(up.most - before) >> 20} MiB more for the request`)
  })
}
