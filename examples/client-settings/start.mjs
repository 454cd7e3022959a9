// The configuration of KrakenD's page about HTTP client settings, against a real TLS upstream and a real forward proxy.
import { createAuthority, launch, selfSigned, startForwardProxy, startOrigin } from '@floodgate/testing'

await launch(import.meta.dirname, async ({ t, port, certs, say }) => {
  const custom = createAuthority('custom CA')
  certs.write({ 'custom.pem': custom.cert, 'other_cert.pem': createAuthority('other CA').cert })

  const api = await startOrigin(t, (req, res) => {
    say(`api saw ${req.method} ${req.url}`)
    res.writeHead(302, { location: 'https://api/new-foo' }).end('moved\n')
  }, selfSigned({ cn: 'nobody knows this one' }), { port: port(8444) })
  await startOrigin(t, (req, res) => {
    say(`bar saw ${req.method} ${req.url}`)
    res.writeHead(200, { 'content-type': 'text/plain' }).end('trusted by the global client_tls\n')
  }, custom.issue({ cn: 'bar' }), { port: port(8443) })
  // The name "api" exists behind the proxy only.
  await startForwardProxy(t, {
    port: port(9099),
    resolve: (host) => host === 'api' ? { host: '127.0.0.1', port: api.port } : undefined,
    onRequest: ({ method, target }) => { say(`proxy saw ${method} ${target}`) }
  })
  return ['/foo', '/bar']
})
