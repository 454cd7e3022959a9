import { once } from 'node:events'
import tls, { type TLSSocket } from 'node:tls'
import t from 'tap'
import { createAuthority, startOrigin, waysOfChange, writeFiles } from '@floodgate/testing'
import { startCommand } from './support/start-command.ts'

const ca = createAuthority('ca')

for (const workers of [null, 2]) {
  t.test(`run: SIGHUP reads certificates anew, whether they changed or not, ${workers === null ? 'alone' : `in ${workers} workers`}`, { timeout: 300_000 }, async (t) => {
    const { cert, key } = ca.issue({ cn: 'gateway' })
    const files = writeFiles(t, { 'ca.pem': ca.cert, 'client.pem': cert, 'client.key': key })
    let handshakes = 0
    const origin = await startOrigin(t, (request, response) => {
      response.end(String((request.socket as TLSSocket).getPeerCertificate().subject?.CN))
    }, { ...ca.issue({ cn: 'origin' }), requestCert: true, ca: ca.cert })
    origin.server.on('secureConnection', () => { handshakes++ })
    const dir = t.testdir({
      'krakend.json': JSON.stringify({
        version: 3,
        listen_ip: '127.0.0.1',
        timeout: '30s',
        extra_config: { floodgate: { metrics: { port: 0 } } },
        client_tls: { ca_certs: [files['ca.pem']], client_certs: [{ certificate: files['client.pem'], private_key: files['client.key'] }] },
        endpoints: [{ endpoint: '/a', output_encoding: 'no-op', backend: [{ host: [origin.url], url_pattern: '/' }] }]
      })
    })
    const command = startCommand(t, ['run', '-p', '0', '-c', `${dir}/krakend.json`, ...workers === null ? [] : ['--workers', String(workers)]])
    const [, url] = await command.said(/listening on (http:\/\/127\.0\.0\.1:\d+)/)
    const count = workers ?? 1
    const ask = async () => (await fetch(`${url}/a`, { headers: { connection: 'close' } })).text()
    for (let i = 0; i < count; i++) t.equal(await ask(), 'gateway')
    t.equal(handshakes, count)
    command.kill('SIGHUP')
    await command.said(new RegExp(`(?:certificates read again: 1 of 1[^]*){${count}}`))
    for (let i = 0; i < count; i++) t.equal(await ask(), 'gateway')
    t.equal(handshakes, 2 * count, 'over new connections')
    const metrics = Array.from(command.output.matchAll(/metrics at (http:\/\/127\.0\.0\.1:\d+\/metrics)/g), ([, at]) => at!)
    t.equal(new Set(metrics).size, 1, 'all workers have one port')
    for (const at of metrics) t.match(await (await fetch(at)).text(), new RegExp(`^floodgate_client_renewals_total\\{client="[0-9a-f]{16}"\\} ${count}$`, 'm'))
  })
}

for (const workers of [null, 2]) {
  t.test(`run: the listener shows what its files hold now, ${workers === null ? 'alone' : `in ${workers} workers`}`, { timeout: 300_000 }, async (t) => {
    const pairOf = (cn: string) => { const { cert, key } = ca.issue({ cn }); return { 'cert.pem': cert, 'key.pem': key } }
    const { paths, change } = waysOfChange['by rename'](t, pairOf('first'))
    const dir = t.testdir({
      'krakend.json': JSON.stringify({
        version: 3,
        listen_ip: '127.0.0.1',
        tls: { keys: [{ public_key: paths['cert.pem'], private_key: paths['key.pem'] }] },
        endpoints: []
      })
    })
    const command = startCommand(t, ['run', '-p', '0', '-c', `${dir}/krakend.json`, ...workers === null ? [] : ['--workers', String(workers)]])
    const [, port] = await command.said(/listening on https:\/\/127\.0\.0\.1:(\d+)/)
    const count = workers ?? 1
    const shown = async () => {
      const socket = tls.connect({ port: Number(port), host: '127.0.0.1', ca: ca.cert, rejectUnauthorized: false })
      await once(socket, 'secureConnect')
      const { CN } = socket.getPeerCertificate().subject
      socket.destroy()
      return CN
    }
    const all = async () => [...new Set(await Promise.all(Array.from({ length: count * 2 }, shown)))]
    t.same(await all(), ['first'])
    change(pairOf('second'))
    await command.said(new RegExp(`(?:certificates of the listener read again[^]*){${count}}`))
    t.same(await all(), ['second'])
    change({ 'key.pem': 'nonsense' })
    await command.said(new RegExp(`(?:changed certificates of the listener cannot be used, the previous ones stay in use: \\S+key\\.pem [^]*){${count}}`))
    t.same(await all(), ['second'])
    change(pairOf('third'))
    await command.said(new RegExp(`(?:certificates of the listener read again[^]*){${2 * count}}`))
    t.same(await all(), ['third'])
    command.kill('SIGHUP')
    await command.said(new RegExp(`(?:certificates of the listener read again[^]*){${3 * count}}`))
    t.same(await all(), ['third'])
  })
}
