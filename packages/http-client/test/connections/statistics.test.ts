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
