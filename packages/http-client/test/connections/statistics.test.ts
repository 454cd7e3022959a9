import { writeFileSync } from 'node:fs'
import t from 'tap'
import { createAuthority, startForwardProxy, startOrigin, writeFiles } from '@floodgate/testing'
import { call, startClient } from '../support/clients.ts'

const ca = createAuthority('ca')
const server = ca.issue({ cn: 'server', days: 9 })

t.test('stats: tell the certificates of https proxies and of the servers behind them', async (t) => {
  const files = writeFiles(t, { 'ca.pem': ca.cert, 'others.pem': Array.from({ length: 17 }, (_, i) => createAuthority(`ca ${i}`).cert).join('') })
  const origin = await startOrigin(t, (_, response) => { response.end() }, server)
  const proxy = await startForwardProxy(t, { auth: 'user:secret', tls: ca.issue({ cn: 'proxy', days: 3 }) })
  const client = startClient(t, {
    tls: { caCerts: [files['ca.pem'], files['others.pem'], files['ca.pem']], disableSystemCaPool: true },
    proxy: { protocol: 'https', host: '127.0.0.1', port: proxy.port, username: 'user', password: 'secret' }
  })
  t.match(await call(client.dispatcher, origin.url, '/'), { status: 200 })
  t.match(client.stats().pools, [{ destination: origin.url, proxy: proxy.url, opened: 1, open: 1 }])
  t.match(client.stats().certificates, [
    { use: 'authority', from: files['ca.pem'], subject: 'CN=ca', daysLeft: 1 },
    { use: 'peer', from: `127.0.0.1:${proxy.port}`, subject: 'CN=proxy', daysLeft: 2 },
    { use: 'peer', from: `127.0.0.1:${origin.port}`, subject: 'CN=server', daysLeft: 8 }
  ])
  t.equal(client.stats().certificates.length, 3, 'a long list is left out, and a file told once')
  t.notMatch(JSON.stringify(client.stats()), /secret/)
})

t.test('stats: tell the statuses of 500 or more, and when the last failure was, also of what is gone', async (t) => {
  const origin = await startOrigin(t, (request, response) => {
    if (request.url === '/cut') response.socket!.destroy()
    else response.writeHead(Number(request.url!.slice(1))).end()
  })
  const files = writeFiles(t, { 'ca.pem': ca.cert })
  const client = startClient(t, { tls: { caCerts: [files['ca.pem']] } })
  const begun = Date.now()
  for (const path of ['/200', '/404', '/499', '/500', '/503', '/503', '/cut']) await call(client.dispatcher, origin.url, path).catch(() => {})
  const [told] = client.stats().origins
  t.strictSame(told!.serverErrors, { 500: 1, 503: 2 })
  t.strictSame(Object.keys(told!.lastAt), ['500', '503', 'FG_ERR_HTTP_CLIENT_HANGUP'])
  t.ok(Object.values(told!.lastAt).every((time) => time >= begun && time <= Date.now()))
  writeFileSync(files['ca.pem'], createAuthority('other').cert)
  client.renew()
  await call(client.dispatcher, origin.url, '/503')
  const [later] = client.stats().origins
  t.strictSame(later!.serverErrors, { 500: 1, 503: 3 })
  t.equal(later!.lastAt['500'], told!.lastAt['500'])
  t.ok(later!.lastAt['503']! >= told!.lastAt['503']! && later!.lastAt['503']! <= Date.now(), 'a time is not a sum')
})
