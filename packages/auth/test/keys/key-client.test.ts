import t from 'tap'
import { defaultTransport } from '@floodgate/http-client'
import type { ClientSettings } from '@floodgate/settings'
import { deriveKeyClient, ignoredSuites, isSecureSource, checkKeySettings } from '../../src/keys/key-client.ts'
import { createAuthority, writeFiles } from '@floodgate/testing'

const client: ClientSettings = { tls: null, followRedirects: true, sendBodyOnRedirect: false, proxy: null, transport: defaultTransport }

t.test('deriveKeyClient: the service\'s own settings, with what is said of keys on top', async (t) => {
  t.equal(deriveKeyClient({ client }, { jwk_url: 'https://a.test' }), null)
  t.equal(deriveKeyClient({ client }, { jwk_url: 'http://a.test', disable_jwk_security: true, jwk_local_ca: '/ca' }), null)
  t.match(deriveKeyClient({ client }, { jwk_url: 'https://a.test', disable_jwk_security: true }), { tls: { allowInsecureConnections: true, minVersion: 'TLS12', maxVersion: 'TLS13' } })
  const tls = { ...deriveKeyClient({ client }, { jwk_url: 'https://a.test', cipher_suites: [49199] })!.tls!, caCerts: ['/global'] }
  t.match(deriveKeyClient({ client: { ...client, tls } }, { jwk_url: 'https://a.test', jwk_local_ca: '/ca', jwk_fingerprints: ['_-8='] }), { tls: { caCerts: ['/global', '/ca'], cipherSuites: [49199], pinnedKeys: ['/+8='], allowInsecureConnections: false } })
})

t.test('ignoredSuites: tells suites that have no effect', async (t) => {
  t.equal(ignoredSuites({ jwk_url: 'https://a.test' }), null)
  t.equal(ignoredSuites({ jwk_url: 'https://a.test', cipher_suites: [49199, 49195] }), null)
  t.equal(ignoredSuites({ jwk_url: 'http://a.test', cipher_suites: [1] }), null)
  t.match(ignoredSuites({ jwk_url: 'https://a.test', cipher_suites: [49199, 1] }), /1: not a suite this gateway has/)
  t.match(ignoredSuites({ jwk_url: 'https://a.test', cipher_suites: [1] }), /only TLS 1.3 works/)
})

t.test('checkKeySettings: tells each setting that cannot be used', async (t) => {
  const { ca, garbage } = writeFiles(t, { ca: createAuthority('a').cert, garbage: 'no certificate' })
  const keysOf = (settings: Parameters<typeof checkKeySettings>[0]) => checkKeySettings(settings).map(({ key }) => key)
  t.same(keysOf({ jwk_url: 'https://a.test', jwk_local_ca: ca, jwk_fingerprints: [Buffer.alloc(32).toString('base64url')] }), [])
  t.same(keysOf({ jwk_local_path: '/keys' }), [])
  t.same(keysOf({}), ['jwk_url'])
  t.same(keysOf({ jwk_url: 'ftp://a.test' }), ['jwk_url'])
  t.same(keysOf({ jwk_url: 'a.test' }), ['jwk_url'])
  t.same(keysOf({ jwk_local_path: '/keys', secret_url: 'base64key://x', cypher_key: 'x' }), ['secret_url', 'cypher_key'])
  t.same(keysOf({ jwk_url: 'https://a.test', jwk_local_ca: '/nowhere', jwk_fingerprints: ['abc'] }), ['jwk_local_ca', 'jwk_fingerprints'])
  t.same(keysOf({ jwk_url: 'https://a.test', jwk_local_ca: garbage }), ['jwk_local_ca'])
  t.ok(isSecureSource({ jwk_url: 'https://a.test' }, { extra: {} }))
  t.ok(isSecureSource({ jwk_url: 'http://a.test', disable_jwk_security: true }, { extra: {} }))
  t.notOk(isSecureSource({ jwk_url: 'http://a.test' }, { extra: {} }))
  t.notOk(isSecureSource({ jwk_local_path: '/keys' }, { extra: {} }))
})
