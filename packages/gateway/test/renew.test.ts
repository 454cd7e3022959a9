import fs from 'node:fs'
import type { TLSSocket } from 'node:tls'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import gateway, { type GatewayOptions } from '@floodgate/gateway'
import { createAuthority, startOrigin, writeFiles } from '@floodgate/testing'

const ca = createAuthority('ca')
const pairOf = (cn: string) => ca.issue({ cn })

/** An app whose backend answers with the name in the client certificate, and a way to change that. */
async function start (t: Test, options: Omit<GatewayOptions, 'config'> = {}) {
  const before = pairOf('before')
  const files = writeFiles(t, { 'ca.pem': ca.cert, 'client.pem': before.cert, 'client.key': before.key })
  const origin = await startOrigin(t, (request, response) => {
    response.end(String((request.socket as TLSSocket).getPeerCertificate().subject?.CN))
  }, { ...pairOf('origin'), requestCert: true, ca: ca.cert })
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(gateway, {
    config: {
      version: 3,
      client_tls: { ca_certs: [files['ca.pem']], client_certs: [{ certificate: files['client.pem'], private_key: files['client.key'] }] },
      endpoints: [{ endpoint: '/a', output_encoding: 'no-op', timeout: '30s', backend: [{ host: [origin.url], url_pattern: '/' }] }]
    },
    env: {},
    ...options
  })
  return {
    app,
    ask: async () => (await app.inject('/a')).body,
    rotation: () => app.floodgate.get().stats()[0]!.rotation,
    change (cn: string) {
      const { cert, key } = pairOf(cn)
      fs.writeFileSync(files['client.pem'], cert)
      fs.writeFileSync(files['client.key'], key)
    }
  }
}

t.test('gateway: certificates that change are used by the next connections, in an app that serves', async (t) => {
  const { app, ask, change, rotation } = await start(t)
  t.equal(await ask(), 'before')
  change('after')
  while (rotation().renewed === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  t.equal(await ask(), 'after')
  await app.close()
  t.notOk(process.getActiveResourcesInfo().includes('FSEventWrap'))
})

t.test('gateway: renew reads certificates where nothing watches them', async (t) => {
  const { app, ask, change, rotation } = await start(t, { watchCertificates: false })
  t.equal(await ask(), 'before')
  change('after')
  t.equal(await ask(), 'before')
  await app.floodgate.renew()
  t.equal(await ask(), 'after')
  t.match(rotation(), { renewed: 1, failed: 0 })
})
