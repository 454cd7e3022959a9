// One partner, one origin, and two endpoints that present themselves with different client certificates.
import { createAuthority, launch, startOrigin } from '@floodgate/testing'

await launch(import.meta.dirname, async ({ t, port, certs, say }) => {
  const partner = createAuthority('partner CA')
  certs.write({ 'partner-ca.pem': partner.cert })
  for (const name of ['orders', 'billing']) certs.writePair(name, partner.issue({ cn: `${name}@our-company` }))

  await startOrigin(t, (req, res) => {
    const you = req.socket.getPeerCertificate().subject.CN
    say(`the partner saw ${req.url} from "${you}"`)
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ you }) + '\n')
  }, { ...partner.issue({ cn: 'partner' }), ca: partner.cert, requestCert: true }, { port: port(8443) })
  return ['/orders', '/billing']
})
