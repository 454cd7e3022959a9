import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import tls from 'node:tls'
import t, { type Test } from 'tap'
import { probeOrigin, type Probe, type ProbeOptions, type SettingName } from '@floodgate/http-client'
import { createAuthority, listen, selfSigned, startForwardProxy, startOrigin, startSocksProxy, trackSockets, writeFiles, type Teardown } from '@floodgate/testing'
import { makeSettings, type ChangedSettings } from '../support/clients.ts'
import { startRaw } from '../support/raw.ts'

const ca = createAuthority('an authority')
const other = createAuthority('another authority')
const below = ca.intermediate('an intermediate')
const clients = createAuthority('authority of clients')
const server = ca.issue({ cn: 'server' })
const rsa = ca.issue({ cn: 'rsa server', key: 'rsa' })
const ours = clients.issue({ cn: 'the gateway', san: [] })
const foreign = other.issue({ cn: 'a stranger', san: [] })
const files = writeFiles(t, {
  ca: ca.cert,
  other: other.cert,
  cert: ours.cert,
  key: ours.key,
  foreignCert: foreign.cert,
  foreignKey: foreign.key,
  empty: ''
})
const env = { SSL_CERT_FILE: files.empty, SSL_CERT_DIR: `${files.folder}/none` }
const trusting = { caCerts: [files.ca] }
const pair = { certificate: files.cert, privateKey: files.key }
const stranger = { certificate: files.foreignCert, privateKey: files.foreignKey }

function probe (origin: string, settings: ChangedSettings = {}, options: ProbeOptions = {}): Promise<Probe> {
  return probeOrigin(makeSettings(settings), origin, { env, timeout: 5000, ...options })
}

/** Serves TLS, and hangs on to its connections; `url` has the name localhost. */
async function serve (t: Teardown, options: tls.TlsOptions): Promise<{ url: string, where: string, port: number, requests: () => number }> {
  let bytes = 0
  const server = tls.createServer({ minVersion: 'TLSv1.2', ...options }, (socket) => {
    socket.on('data', (chunk) => { bytes += chunk.length }).on('error', () => {})
  })
  server.on('tlsClientError', () => {})
  const sockets = trackSockets(server)
  const port = await listen(server)
  t.teardown(() => { server.close(); for (const socket of sockets) socket.destroy() })
  return { url: `https://localhost:${port}`, where: `localhost:${port}`, port, requests: () => bytes }
}

const proxyAt = (protocol: 'http' | 'https' | 'socks5' | 'socks5h', { port }: { port: number }, username: string | null = null, password: string | null = null) => ({ protocol, host: '127.0.0.1', port, username, password })

/** Settings that stand where they are named, except for those that nobody configured. */
const places = (...unset: SettingName[]) => ({ find: (name: SettingName) => unset.includes(name) ? null : `krakend.json:${name}` })

interface Expected { fault: string, problem: RegExp | string, cure: RegExp | string }

function finds (t: Test, { ok, verdict, steps }: Probe, { fault, problem, cure }: Expected, title: string): void {
  t.match({ ok, fault: verdict?.fault }, { ok: false, fault }, title)
  t.match(verdict?.problem, problem, `${title}: cause`)
  t.match(verdict?.cure, cure, `${title}: cure`)
  t.equal(verdict?.sentence, `${verdict?.problem}: ${verdict?.cure}`)
  t.equal(steps.at(-1)?.ok ?? false, false, `${title}: its step failed`)
}

t.test('probeOrigin: tells everything about a way that works, and sends nothing', async (t) => {
  const origin = await serve(t, { cert: server.cert, key: server.key, ca: clients.cert, requestCert: true })
  const steps: string[] = []
  const found = await probe(origin.url, { tls: { ...trusting, clientCerts: [pair] } }, { onStep: (step) => { steps.push(step) } })
  t.match(found, {
    origin: origin.url,
    proxy: null,
    ok: true,
    address: `127.0.0.1:${origin.port}`,
    tls: {
      version: 'TLS 1.3',
      suite: 'TLS_AES_256_GCM_SHA384',
      curve: 'P-256',
      verified: true,
      chain: [{ subject: 'CN=server', issuer: 'CN=an authority', names: ['DNS:localhost', 'IP Address:127.0.0.1'] }, { subject: 'CN=an authority' }],
      clientCertificate: { asked: true, sent: { subject: 'CN=the gateway', issuer: 'CN=authority of clients' }, reason: null }
    },
    proxyTls: null,
    unknown: null,
    verdict: null
  })
  t.ok(found.addresses.includes('127.0.0.1'))
  t.strictSame(found.steps.map(({ name, ok }) => [name, ok]), [['dns', true], ['tcp', true], ['tls', true]])
  t.ok(found.steps.every(({ time }) => time >= 0) && found.time > 0)
  t.strictSame(steps, ['dns', 'tcp', 'tls'])
  t.equal(origin.requests(), 0)
})

t.test('probeOrigin: tells TLS 1.2, and why no client certificate was sent', async (t) => {
  const old = await serve(t, { ...server, maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256', ecdhCurve: 'P-384' })
  t.match((await probe(old.url, { tls: { ...trusting, clientCerts: [pair] } })).tls, { version: 'TLS 1.2', suite: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', curve: 'P-384', clientCertificate: { asked: false, sent: null, reason: 'the server does not ask for one' } })
  const asking = await serve(t, { ...server, ca: clients.cert, requestCert: true, rejectUnauthorized: false })
  t.match((await probe(asking.url, { tls: trusting })).tls?.clientCertificate, { asked: true, authorities: ['CN=authority of clients'], sent: null, reason: 'client_certs is empty' })
  t.match((await probe(asking.url, { tls: { ...trusting, clientCerts: [stranger] } })).tls?.clientCertificate, { asked: true, sent: null, reason: /^no certificate of client_certs is from an authority/ })
  t.match((await probe(asking.url, { tls: { ...trusting, clientCerts: [stranger, pair] } })).tls?.clientCertificate, { asked: true, sent: { subject: 'CN=the gateway' } }, 'the pair that fits')
  const unverified = await serve(t, selfSigned({ cn: 'nobody' }))
  t.match(await probe(unverified.url, { tls: { allowInsecureConnections: true } }), { ok: true, tls: { verified: false, chain: [{ subject: 'CN=nobody' }] } })
})

t.test('probeOrigin: goes through proxies of every kind', async (t) => {
  const origin = await serve(t, { ...ca.issue({ cn: 'api.test', san: ['api.test'] }) })
  const url = `https://api.test:${origin.port}`
  const http = await startForwardProxy(t, { auth: 'user:secret' })
  const https = await startForwardProxy(t, { tls: server })
  const socks = await startSocksProxy(t, { auth: 'user:secret' })
  const through = (protocol: Parameters<typeof proxyAt>[0], at: { port: number }, ...credentials: [string, string] | []): Promise<Probe> => probe(url, { tls: trusting, proxy: proxyAt(protocol, at, ...credentials) })
  const names = ({ steps }: Probe): string[] => steps.map(({ name }) => name)
  const plain = await through('http', http, 'user', 'secret')
  t.match(plain, { ok: true, proxy: `http://***@127.0.0.1:${http.port}`, address: `127.0.0.1:${http.port}`, tls: { version: 'TLS 1.3' }, proxyTls: null })
  t.strictSame(names(plain), ['proxy tcp', 'proxy handshake', 'tls'])
  t.match(http.seen, [{ method: 'CONNECT', target: `api.test:${origin.port}` }])
  const secure = await through('https', https)
  t.match(secure, { ok: true, tls: { chain: [{ subject: 'CN=api.test' }] }, proxyTls: { version: 'TLS 1.3', chain: [{ subject: 'CN=server' }] } })
  t.strictSame(names(secure), ['proxy tcp', 'proxy tls', 'proxy handshake', 'tls'])
  t.match(await through('socks5', socks, 'user', 'secret'), { ok: true, proxy: `socks5://***@127.0.0.1:${socks.port}`, tls: { version: 'TLS 1.3' } })
  t.equal(origin.requests(), 0)

  const plainOrigin = await startOrigin(t, (_, response) => { response.end() })
  t.match(await probe(plainOrigin.url), { ok: true, tls: null, unknown: /^whether the server speaks HTTP/ })
  http.seen.length = 0
  t.match(await probe('http://api.test', { proxy: proxyAt('http', http, 'user', 'secret') }), { ok: true, unknown: /^whether the proxy forwards requests to http:\/\/api\.test, and accepts the user and password/ })
  t.equal(http.seen.length, 0, 'an http proxy is asked with the request itself')
  const forwarded = await probe('http://api.test', { tls: trusting, proxy: proxyAt('https', https) })
  t.match(forwarded, { ok: true, tls: null, proxyTls: { version: 'TLS 1.3' } })
  t.strictSame(names(forwarded), ['proxy tcp', 'proxy tls'])
})

t.test('probeOrigin: finds certificates that are not accepted', async (t) => {
  const faultOf = async (options: tls.TlsOptions, settings: ChangedSettings = { tls: trusting }, unset: SettingName[] = []): Promise<Probe> => probe((await serve(t, options)).url, settings, { places: places(...unset) })
  finds(t, await faultOf(other.issue({ cn: 'x' })), {
    fault: 'unknown-authority',
    problem: /^the certificate of localhost:\d+ is issued by CN=another authority, and only CN=an authority and the authorities of the system are trusted, by ca_certs \(krakend\.json:client_tls\.ca_certs\)$/,
    cure: /^get the certificate of CN=another authority from its operator and add its file to ca_certs \(krakend\.json:client_tls\.ca_certs\); if that is an intermediate, localhost:\d+ should send it along$/
  }, 'unknown CA')
  finds(t, await faultOf({ ...other.issue({ cn: 'x' }), maxVersion: 'TLSv1.2' }, { tls: null }), { fault: 'unknown-authority', problem: /a backend without client_tls trusts only the authorities of the system$/, cure: /set "client_tls": \{ "ca_certs": \["\.\/authority\.pem"\], "min_version": "TLS12" \}/ }, 'unknown CA, no client_tls')
  finds(t, await faultOf(server, { tls: { disableSystemCaPool: true } }, ['client_tls.ca_certs']), { fault: 'unknown-authority', problem: /nothing is trusted here, because disable_system_ca_pool \(krakend\.json:client_tls\.disable_system_ca_pool\)/, cure: /set "ca_certs": \["\.\/authority\.pem"\]/ }, 'no CA at all')
  const leaf = other.issue({ cn: 'x' })
  finds(t, await faultOf({ cert: leaf.cert + other.cert, key: leaf.key }), { fault: 'unknown-authority', problem: /issued by CN=another authority, which comes with it, and only .* are trusted/, cure: /add its file to ca_certs \([^)]+\)$/ }, 'unknown root, sent along')
  finds(t, await faultOf(below.issue({ cn: 'x' })), { fault: 'unknown-authority', problem: /issued by CN=an intermediate/, cure: /if that is an intermediate, localhost:\d+ should send it along/ }, 'intermediate not sent')
  finds(t, await faultOf(ca.issue({ cn: 'old', days: -1 })), { fault: 'expired', problem: /^the certificate of localhost:\d+, CN=old, expired on 20\d\d-\d\d-\d\d$/, cure: /^renew it on that server/ }, 'expired')
  finds(t, await faultOf(ca.issue({ cn: 'early', notBefore: new Date(Date.now() + 3_600_000) })), { fault: 'not-yet-valid', problem: /CN=early, is not valid before 20[^ ]+Z, and the clock of this machine says 20[^ ]+Z$/, cure: /^correct the clock of this machine/ }, 'not yet valid')
  finds(t, await faultOf(ca.issue({ cn: 'x', san: ['elsewhere.test', '127.0.0.1'] })), { fault: 'wrong-name', problem: /is for DNS:elsewhere\.test, IP Address:127\.0\.0\.1, not for localhost$/, cure: /^call it by one of those names in host \(krakend\.json:host\), or have the certificate reissued for localhost; where neither can be, set "floodgate": \{ "servername"/ }, 'wrong name')
  finds(t, await faultOf(server, { tls: trusting, own: { servername: 'api.test' } }), { fault: 'wrong-name', problem: /not for api\.test, which servername \(krakend\.json:floodgate\.servername\) says$/, cure: /^write one of those names there/ }, 'wrong servername')
  finds(t, await faultOf(ca.issue({ cn: 'localhost', san: [] })), { fault: 'common-name-only', problem: /has this name only in its subject \(CN=localhost\), which clients ignore$/, cure: 'have it reissued with the subject alternative name DNS:localhost' }, 'CN only')
  const itself = selfSigned({ cn: 'itself' })
  const found = await faultOf(itself)
  finds(t, found, { fault: 'self-signed', problem: /CN=itself, is self-signed, and only CN=an authority/, cure: /^check that it is the right one \(SHA-256 [0-9A-F:]{95}\) and add its file to ca_certs/ }, 'self-signed')
  t.match(found, { tls: { version: 'TLS 1.3', chain: [{ subject: 'CN=itself' }] }, verdict: { stage: 'tls', code: 'FG_ERR_HTTP_CLIENT_CERTIFICATE', cause: 'DEPTH_ZERO_SELF_SIGNED_CERT' } })
  const pinned = await faultOf(server, { tls: trusting, own: { pins: ['x'] } })
  finds(t, pinned, { fault: 'key-not-pinned', problem: /is pinned \(krakend\.json:floodgate\.pins\)$/, cure: /pin its key: sha256\/[\w+/]{43}=$/ }, 'pins')
})

t.test('probeOrigin: finds what client certificates lack', async (t) => {
  const asking: tls.TlsOptions = { ...server, ca: clients.cert, requestCert: true, rejectUnauthorized: true }
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const origin = await serve(t, { ...asking, minVersion: version, maxVersion: version })
    const none = await probe(origin.url, { tls: trusting }, { places: places('client_tls.client_certs') })
    finds(t, none, {
      fault: 'client-certificate-required',
      problem: `${origin.where} requires a client certificate issued by CN=authority of clients, and client_tls without client_certs has none (krakend.json:client_tls)`,
      cure: 'have one issued and set "client_certs": [{"certificate":"./client.pem", "private_key":"./client.key"}]'
    }, `${version}: none given`)
    t.equal(none.tls?.version, version.replace('TLSv', 'TLS '))
    finds(t, await probe(origin.url, { tls: { ...trusting, clientCerts: [stranger] } }, { places: places() }), {
      fault: 'client-certificate-required',
      problem: /issued by CN=authority of clients, and none of client_certs \(krakend\.json:client_tls\.client_certs\) matches: CN=a stranger, issued by CN=another authority$/,
      cure: 'have one issued by an authority that it names, and add it to client_certs'
    }, `${version}: none that fits`)
    // Node does so without an alert.
    const expired = clients.issue({ cn: 'a former gateway', san: [], days: -1 })
    const old = writeFiles(t, { cert: expired.cert, key: expired.key })
    finds(t, await probe(origin.url, { tls: { ...trusting, clientCerts: [{ certificate: old.cert, privateKey: old.key }] } }, { places: places() }), {
      fault: 'client-certificate-rejected',
      problem: /rejects the client certificate CN=a former gateway, issued by CN=authority of clients \(krakend\.json:client_tls\.client_certs\): it closed the connection after the handshake without a reason; it expired on 20/,
      cure: /it accepts those issued by CN=authority of clients$/
    }, `${version}: rejected`)
  }
})

t.test('probeOrigin: tells the alert that a client certificate is refused with', { skip: spawnSync('openssl', ['version']).status !== 0 && 'openssl is not installed' }, async (t) => {
  const own = writeFiles(t, { cert: server.cert, key: server.key, ca: clients.cert })
  for (const version of ['-tls1_2', '-tls1_3']) {
    const child = spawn('openssl', ['s_server', '-accept', '127.0.0.1:0', version, '-cert', own.cert, '-key', own.key, '-verifyCAfile', own.ca, '-Verify', '1', '-verify_return_error'], { stdio: ['pipe', 'pipe', 'ignore'] })
    t.teardown(() => { child.kill() })
    const port = await new Promise<string>((resolve) => {
      let text = ''
      child.stdout.on('data', (chunk: Buffer) => {
        text += String(chunk)
        const [, found] = /ACCEPT 127\.0\.0\.1:(\d+)/.exec(text) ?? []
        if (found !== undefined) resolve(found)
      })
    })
    // It names no authorities: whatever there is is shown.
    finds(t, await probe(`https://localhost:${port}`, { tls: { ...trusting, clientCerts: [stranger] } }, { places: places() }), {
      fault: 'client-certificate-rejected',
      problem: /rejects the client certificate CN=a stranger, issued by CN=another authority \(krakend\.json:client_tls\.client_certs\): it does not trust the authority that issued it$/,
      cure: /^have its operator trust that authority/
    }, version)
    finds(t, await probe(`https://localhost:${port}`, { tls: trusting }), { fault: 'client-certificate-required', problem: /requires a client certificate, and client_certs has none$/, cure: /^have one issued by its operator and set "client_certs"/ }, `${version}: none`)
  }
})

t.test('probeOrigin: finds what server and settings do not agree on, and what would help', async (t) => {
  const on12: tls.TlsOptions = { ...server, maxVersion: 'TLSv1.2' }
  const old = await serve(t, on12)
  finds(t, await probe(old.url, { tls: { ...trusting, minVersion: 'TLS13' } }, { places: places('client_tls.min_version') }), {
    fault: 'tls-version',
    problem: `${old.where} speaks TLS 1.2 at most; client_tls without min_version demands 1.3 (krakend.json:client_tls)`,
    cure: 'set "min_version": "TLS12"'
  }, 'TLS 1.2 only, default minimum')
  finds(t, await probe(old.url, { tls: { ...trusting, minVersion: 'TLS13' } }, { places: places() }), { fault: 'tls-version', problem: /min_version demands 1\.3 \(krakend\.json:client_tls\.min_version\)$/, cure: 'set "min_version": "TLS12"' }, 'TLS 1.2 only, explicit minimum')
  const ancient = await serve(t, { ...rsa, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ECDHE-RSA-AES128-SHA:@SECLEVEL=0' })
  finds(t, await probe(ancient.url, { tls: trusting }), {
    fault: 'tls-version',
    problem: /speaks TLS 1\.1 at most; min_version demands 1\.2, and it accepts only the suite TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA \(49171\)/,
    cure: /^set "min_version": "TLS11" and "cipher_suites": \[49195, 49199, 49196, 49200, 52393, 52392, 49171\]; safer/
  }, 'TLS 1.1')
  const modern = await serve(t, { ...server, minVersion: 'TLSv1.3' })
  finds(t, await probe(modern.url, { tls: { ...trusting, maxVersion: 'TLS12' } }, { places: places() }), { fault: 'tls-version', problem: /speaks TLS 1\.3 only; max_version allows no more than 1\.2 \(krakend\.json:client_tls\.max_version\)/, cure: 'set "max_version": "TLS13"' }, 'TLS 1.3 only')

  const cbc = await serve(t, { ...rsa, maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA:ECDHE-RSA-AES256-SHA' })
  finds(t, await probe(cbc.url, { tls: trusting }, { places: places('client_tls.cipher_suites') }), {
    fault: 'cipher-suites',
    problem: /accepts only the suites TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA \(49172\), TLS_RSA_WITH_AES_128_CBC_SHA \(47\); client_tls without cipher_suites does not offer them \(krakend\.json:client_tls\)$/,
    cure: /^set "cipher_suites": \[49195, 49199, 49196, 49200, 52393, 52392, 49172\]; safer: bring that server up to date$/
  }, 'no common suite')
  finds(t, await probe(cbc.url, { tls: { ...trusting, cipherSuites: [49199] } }, { places: places() }), { fault: 'cipher-suites', problem: /cipher_suites does not offer them \(krakend\.json:client_tls\.cipher_suites\)$/, cure: /^set "cipher_suites": \[49199, 49172\]/ }, 'no common suite, listed')

  for (const options of [{ minVersion: 'TLSv1.3' }, { maxVersion: 'TLSv1.2' }] as const) {
    const curve = await serve(t, { ...rsa, ...options, ecdhCurve: 'X25519' })
    finds(t, await probe(curve.url, { tls: trusting }, { places: places('client_tls.curve_preferences') }), {
      fault: 'curves',
      problem: `${curve.where} accepts only the curve X25519 (29); client_tls without curve_preferences does not offer it (krakend.json:client_tls)`,
      cure: 'set "curve_preferences": [23, 24, 25, 29]'
    }, `no common curve, ${JSON.stringify(options)}`)
  }
  const none = await serve(t, { ...rsa, maxVersion: 'TLSv1.2', ciphers: 'DHE-RSA-AES128-GCM-SHA256', dhparam: 'auto' })
  finds(t, await probe(none.url, { tls: trusting }), { fault: 'tls', problem: /no TLS with localhost:\d+ \(its alert: handshake_failure\)/, cure: /cipher suite/ }, 'nothing that this gateway has')
})

t.test('probeOrigin: finds who is not there, or does not speak TLS', async (t) => {
  const gone = await startRaw(t, () => {})
  gone.server.close()
  await once(gone.server, 'close')
  finds(t, await probe(`https://localhost:${gone.port}`, {}, { places: places() }), { fault: 'refused', problem: /^nothing listens at localhost:\d+ \(.*127\.0\.0\.1.*\)$/, cure: 'start it, or correct host (krakend.json:host)' }, 'port closed')
  const noName = await probe('https://orders.invalid', {}, { places: places() })
  finds(t, noName, { fault: 'dns', problem: 'there is no address for orders.invalid (ENOTFOUND)', cure: /^correct the name in host \(krakend\.json:host\), or add it to the DNS of this machine/ }, 'DNS')
  t.match(noName, { steps: [{ name: 'dns', ok: false }], address: null, verdict: { stage: 'dns', code: 'FG_ERR_HTTP_CLIENT_DNS', cause: 'ENOTFOUND' } })
  const silent = await startRaw(t, (socket) => { socket.on('error', () => {}) })
  const still = await probe(`https://127.0.0.1:${silent.port}`, {}, { places: places(), timeout: 200 })
  finds(t, still, { fault: 'tls-silent', problem: `127.0.0.1:${silent.port} accepts connections but did not answer TLS within 200 ms`, cure: /^check that this port speaks TLS and that the service behind it is not stuck, or correct host \(krakend\.json:host\)$/ }, 'silent')
  t.strictSame(still.steps.map(({ name, ok }) => [name, ok]), [['tcp', true], ['tls', false]])
  const plain = await startOrigin(t, (_, response) => { response.end() })
  finds(t, await probe(`https://127.0.0.1:${plain.port}`, {}, { places: places() }), { fault: 'not-tls', problem: /speaks plain http on this port, not TLS \(it answered "HTTP\/1\.1 400 Bad Request"\)$/, cure: `write http://127.0.0.1:${plain.port} in host (krakend.json:host), or the port where it speaks TLS` }, 'plain http')
  const mail = await startRaw(t, (socket) => { socket.write('220 mail ready\r\n') })
  finds(t, await probe(`https://127.0.0.1:${mail.port}`), { fault: 'not-tls', problem: /speaks something else on this port, not TLS \(it answered "220 mail ready"\)$/, cure: /the port where it speaks TLS/ }, 'another protocol')
  const hangup = await startRaw(t, (socket) => { socket.destroy() })
  finds(t, await probe(`https://127.0.0.1:${hangup.port}`), { fault: 'tls', problem: /^no TLS with 127\.0\.0\.1:\d+ \(/, cure: /\w/ }, 'a hangup')
})

t.test('probeOrigin: finds what is wrong with a proxy, and never tells its password', async (t) => {
  const secret = 'hush-hush'
  const gone = await startRaw(t, () => {})
  gone.server.close()
  const guarded = await startForwardProxy(t, { auth: 'user:right' })
  const refusing = await startForwardProxy(t, { status: 403 })
  const failing = await startForwardProxy(t, { status: 502 })
  const socks = await startSocksProxy(t, { auth: 'user:right' })
  const hanging = await startForwardProxy(t, { hang: true })
  const untrusted = await startForwardProxy(t, { tls: other.issue({ cn: 'proxy' }) })
  const found: Probe[] = []
  const through = async (protocol: Parameters<typeof proxyAt>[0], proxy: { port: number }, { origin = 'https://api.test', username = 'user' as string | null, timeout = 5000 } = {}): Promise<Probe> => {
    const one = await probe(origin, { tls: trusting, proxy: proxyAt(protocol, proxy, username, username === null ? null : secret) }, { places: places(), timeout })
    found.push(one)
    return one
  }
  const setting = 'proxy_address \\(krakend\\.json:proxy_address\\)'
  for (const origin of ['https://api.test', 'http://api.test']) {
    finds(t, await through('http', gone, { origin }), { fault: 'proxy-refused', problem: `nothing listens at the proxy 127.0.0.1:${gone.port}`, cure: 'start it, or correct proxy_address (krakend.json:proxy_address)' }, 'down')
  }
  finds(t, await through('http', guarded), { fault: 'proxy-credentials', problem: new RegExp(`^the proxy [\\d.:]+ does not accept the user and password of ${setting} \\(407\\)$`), cure: /^correct them there/ }, '407')
  finds(t, await through('http', guarded, { username: null }), { fault: 'proxy-credentials', problem: new RegExp(`requires user and password \\(407\\), and ${setting} has none$`), cure: `add them: "http://user:password@127.0.0.1:${guarded.port}"` }, '407, none given')
  finds(t, await through('http', refusing), { fault: 'proxy-forbids', problem: /refuses CONNECT to api\.test:443 \(403\)$/, cure: new RegExp(`^ask its operator to allow api\\.test:443, or name another proxy in ${setting}$`) }, '403')
  finds(t, await through('http', failing), { fault: 'proxy-fails', problem: /cannot connect to api\.test:443 \(502\)$/, cure: 'check that api.test:443 runs and can be reached from the proxy, or correct host (krakend.json:host)' }, '502')
  finds(t, await through('https', untrusted), { fault: 'unknown-authority', problem: /^the certificate of the proxy [\d.:]+ is issued by CN=another authority, and only .* are trusted/, cure: /add its file to ca_certs/ }, 'untrusted proxy')
  finds(t, await through('https', guarded), { fault: 'not-tls', problem: /^the proxy [\d.:]+ speaks plain http on this port/, cure: new RegExp(`^write http://\\*\\*\\*@127\\.0\\.0\\.1:${guarded.port} in ${setting}`) }, 'an http proxy asked for TLS')
  finds(t, await through('socks5', socks), { fault: 'proxy-credentials', problem: /does not accept the user and password of/, cure: /^correct them there/ }, 'SOCKS credentials')
  finds(t, await through('socks5', guarded), { fault: 'proxy-protocol', problem: /does not answer in SOCKS5/, cure: /is a proxy of the kind that proxy_address/ }, 'no SOCKS')
  finds(t, await through('http', hanging, { timeout: 200 }), { fault: 'proxy-no-answer', problem: /did not answer within 200 ms when asked for api\.test:443$/, cure: /^check that it works/ }, 'a proxy that hangs')
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const asking = await startForwardProxy(t, { tls: { ...server, ca: clients.cert, requestCert: true, rejectUnauthorized: true, minVersion: version, maxVersion: version } })
    finds(t, await through('https', asking), { fault: 'client-certificate-required', problem: /^the proxy [\d.:]+ requires a client certificate issued by CN=authority of clients, and client_certs has none/, cure: /set "client_certs"/ }, `a proxy that wants a certificate, ${version}`)
  }
  t.notMatch(JSON.stringify(found), secret)
  const fromEnv = await probe('https://api.test', { tls: trusting }, { env: { ...env, HTTPS_PROXY: `http://user:${secret}@127.0.0.1:${gone.port}` }, places: places() })
  finds(t, fromEnv, { fault: 'proxy-refused', problem: /^nothing listens at the proxy/, cure: 'start it, or correct HTTPS_PROXY' }, 'of the environment')
  t.notMatch(JSON.stringify(fromEnv), secret)
})

t.test('probeOrigin: finds files that cannot be used', async (t) => {
  finds(t, await probe('https://localhost', { tls: { clientCerts: [{ certificate: files.cert, privateKey: files.foreignKey }] } }, { places: places() }), { fault: 'configuration', problem: /^client_tls\.client_certs\.0\.private_key \(krakend\.json:client_tls\.client_certs\) cannot be used: .* is not the key of the certificate in/, cure: 'name the key that the certificate was issued for' }, 'a key that does not match')
  finds(t, await probe('https://localhost', { tls: { caCerts: [`${files.folder}/gone`] } }), { fault: 'configuration', problem: /does not exist/, cure: /correct the path/ }, 'a file that is gone')
})
