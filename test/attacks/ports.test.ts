// Every port that the gateway opens is given bytes that are no request, and goes on.
import net from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { freePort } from '@floodgate/testing'
import { ask, attackable, holds, pass, reachable, upstream } from './attacked.ts'
import { createRandom } from './random.mjs'

const timeout = 300_000
const authorization = 'Bearer let-me'

/** What is no request, or hardly one. */
function garbage (): Buffer[] {
  const random = createRandom('ports', 'garbage', 0)
  const texts = [
    'GET // HTTP/1.1\r\nHost: a\r\n\r\n', 'GET  HTTP/1.1\r\n\r\n', 'GET http:// HTTP/1.1\r\nHost: a\r\n\r\n', 'GET http://[ HTTP/1.1\r\nHost: a\r\n\r\n', 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n',
    'GET /%zz%00?%ff=%fe HTTP/1.1\r\nHost: a\r\n\r\n', 'GET /metrics HTTP/1.1\r\n\r\n', 'GET /metrics HTTP/2.0\r\nHost: a\r\n\r\n', 'GET /metrics HTTP/1.0\r\n\r\n', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n', 'GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n', 'POST /tokens HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n', 'POST /tokens HTTP/1.1\r\nHost: a\r\nExpect: nothing\r\nContent-Length: 0\r\n\r\n',
    `POST /tokens HTTP/1.1\r\nHost: a\r\nAuthorization: ${authorization}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`, `POST /tokens HTTP/1.1\r\nHost: a\r\nAuthorization: ${authorization}\r\nContent-Length: 1000\r\n\r\n{"tokens":`, `POST /tokens HTTP/1.1\r\nHost: a\r\nAuthorization: ${authorization}\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nnull`,
    `DELETE /tokens/%E0%A4%A HTTP/1.1\r\nHost: a\r\nAuthorization: ${authorization}\r\n\r\n`, `GET /tokens/${'%'.repeat(2000)} HTTP/1.1\r\nHost: a\r\nAuthorization: ${authorization}\r\n\r\n`,
    `GET /metrics HTTP/1.1\r\nHost: a\r\n${'a: b\r\n'.repeat(5000)}\r\n`, `GET /${'x'.repeat(100_000)}`, 'GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(300), '\r\n'.repeat(1000), '\0'.repeat(1000), 'SSH-2.0-OpenSSH\r\n', '*1\r\n$4\r\nPING\r\n',
    '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003', ''
  ].map((text) => Buffer.from(text, 'latin1'))
  return [...texts, ...Array.from({ length: 60 }, () => random.bytes(random.between(1, 3000)) as Buffer)]
}

/** Sends bytes, then ends, resets, or first reads. */
function throwAt (port: number, bytes: Buffer, ending: 'end' | 'reset' | 'read'): Promise<void> {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    socket.on('error', () => {}).on('close', () => { resolve() }).on('connect', () => {
      socket.write(bytes, () => {
        if (ending === 'end') socket.end()
        else if (ending === 'reset') socket.resetAndDestroy()
      })
      socket.on('end', () => { socket.end() })
      if (ending === 'read') socket.once('data', () => { socket.destroy() })
      if (ending !== 'reset') socket.setTimeout(500, () => { socket.destroy() })
      socket.resume()
    })
  })
}

for (const args of [[], ['--workers', '2']]) {
  t.test(`the ports of the gateway, its metrics and its revocations survive any bytes ${args.join(' ')}`, { timeout }, async (t) => {
    const { host } = await upstream(t)
    const [metrics, revoker] = [await freePort(), await freePort()]
    const running = await attackable(t, {
      extra_config: { 'auth/revoker': { token_keys: ['jti'], TTL: 60, N: 10, port: revoker, revoke_server_api_key: 'let-me' }, floodgate: { metrics: { port: metrics } } },
      endpoints: [pass('/ok', host)]
    }, { args })
    // They open after the gateway's own.
    for (const port of [metrics, revoker]) while (!await reachable(port)) await wait(20)
    for (const port of [metrics, revoker, running.port]) {
      const endings = (['end', 'reset', 'read'] as const).flatMap((ending) => garbage().map((bytes) => ({ bytes, ending })))
      for (let i = 0; i < endings.length; i += 40) await Promise.all(endings.slice(i, i + 40).map(({ bytes, ending }) => throwAt(port, bytes, ending)))
    }
    t.match(await ask(`http://127.0.0.1:${metrics}/metrics`), { status: 200, body: /floodgate_/ })
    t.match(await ask(`http://127.0.0.1:${revoker}/tokens/jti-x`, { headers: { authorization } }), { status: 200, body: '{"revoked":false}' })
    t.match(await ask(`${running.url}/ok`), { status: 200 })
    t.notMatch(running.log(), /ncaught|nhandled|TypeError|RangeError|ERR_INTERNAL/)
    running.child.kill('SIGTERM')
    t.ok(await holds(() => running.exit() !== null, 20_000), 'SIGTERM still ends it')
    t.equal(running.exit(), 0)
  })
}
