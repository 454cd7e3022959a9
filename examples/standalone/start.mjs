// The gateway on port 8080 with the world it needs: three upstreams and a forward proxy, all on this machine.
import { createAuthority, launch, startForwardProxy, startOrigin } from '@floodgate/testing'

await launch(import.meta.dirname, async ({ t, port, certs, say }) => {
  const authority = createAuthority('private CA')
  certs.write({ 'private-ca.pem': authority.cert })
  certs.writePair('gateway', authority.issue({ cn: 'the gateway' }))

  await startOrigin(t, answer('plain'), undefined, { port: port(8081) })
  await startOrigin(t, answer('private'), { ...authority.issue({ cn: 'private upstream' }), ca: authority.cert, requestCert: true }, { port: port(8443) })
  await startOrigin(t, (req, res) => {
    say(`legacy saw ${req.method} ${req.url}`)
    res.writeHead(302, { location: 'https://elsewhere.example/hello' }).end()
  }, undefined, { port: port(8082) })
  await startForwardProxy(t, { port: port(9099), onRequest: ({ method, target }) => { say(`proxy saw ${method} ${target}`) } })

  function answer (name) {
    return (req, res) => {
      const client = req.socket.getPeerCertificate?.().subject?.CN
      say(`${name} saw ${req.method} ${req.url}${client ? `, sent by "${client}"` : ''}`)
      res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ hello: name, ...(client && { client }) }) + '\n')
    }
  }

  return ['/plain', '/private', '/proxied']
})
