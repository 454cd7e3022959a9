import { readFileSync } from 'node:fs'
import path from 'node:path'
import t, { type Test } from 'tap'
import { createAuthority, startForwardProxy, startOrigin, writeFiles } from '@floodgate/testing'
import { findEndpoints } from '@floodgate/inspect/explain'
import { loadConfiguration } from '@floodgate/gateway/load'
import { probe, type ProbedTarget, type ProbeOptions, type Progress } from '@floodgate/inspect/probe'

const authority = createAuthority('an authority')
const other = createAuthority('another authority')
const server = authority.issue({ cn: 'server', days: 40 })
const gateway = authority.issue({ cn: 'the gateway', san: [] })
const files = writeFiles(t, { 'ca.pem': authority.cert, 'other.pem': other.cert, 'gw.pem': gateway.cert, 'gw.key': gateway.key, 'other.key': other.key, empty: '' })
const env = { SSL_CERT_FILE: files.empty, SSL_CERT_DIR: `${files.folder}/none` }

const client = (settings: object) => ({ extra_config: { 'backend/http/client': settings } })

/** Loads a file with an endpoint for each list of backends: `/0`, `/1`, … */
function load (t: Test, endpoints: object[][], root: object = {}) {
  const dir = t.testdir({ 'krakend.json': JSON.stringify({ version: 3, ...root, endpoints: endpoints.map((backend, i) => ({ endpoint: `/${i}`, backend: backend.map((one) => ({ url_pattern: '/', ...one })) })) }, null, 1) })
  return loadConfiguration('krakend.json', { cwd: dir, env: {} })
}

async function probeAll (t: Test, endpoints: object[][], { root, ...options }: ProbeOptions & { root?: object } = {}): Promise<ProbedTarget[]> {
  return probe(await load(t, endpoints, root), { env, timeout: 5000, ...options })
}

t.test('probe: reaches equal settings and origins once, in the order of the configuration', async (t) => {
  let requests = 0
  const origin = await startOrigin(t, (_, response) => { requests++; response.end() }, server)
  const backend = { host: [origin.url], ...client({ client_tls: { ca_certs: [files['ca.pem']] } }) }
  const again = { host: [origin.url], ...client({ client_tls: { ca_certs: [files['ca.pem']] }, no_redirect: true }) }
  const apart = { host: [origin.url], ...client({ client_tls: { ca_certs: [files['ca.pem']], min_version: 'TLS12' } }) }
  const progress: Progress[] = []
  const results = await probeAll(t, [[backend, again], [backend, apart]], { concurrency: 1, onProgress: (step) => { progress.push(step) } })
  t.match(results, [
    { origin: origin.url, ok: true, backends: ['GET /0 #0', 'GET /0 #1', 'GET /1 #0'], tls: { version: 'TLS 1.3' }, settings: [], verdict: null },
    { origin: origin.url, ok: true, backends: ['GET /1 #1'] }
  ])
  t.equal(origin.accepted, 2)
  t.equal(requests, 0)
  t.strictSame(progress.map(({ kind, index, total }) => `${kind} ${index}/${total}`), ['begin 0/2', 'step 0/2', 'step 0/2', 'end 0/2', 'begin 1/2', 'step 1/2', 'step 1/2', 'end 1/2'])
  const loaded = await load(t, [[backend], [{ host: ['http://gone.invalid'] }]])
  t.equal((await probe(loaded, { endpoints: findEndpoints(loaded.model, '/0'), env })).length, 1, 'of one endpoint')
})

t.test('probe: no more at a time than it may', async (t) => {
  const origin = await startOrigin(t, (_, response) => { response.end() }, server)
  const backends = Array.from({ length: 6 }, (_, i) => [{ host: [origin.url], ...client({ client_tls: { ca_certs: [files['ca.pem']], cipher_suites: [49195 + i] } }) }])
  let now = 0
  let most = 0
  const results = await probeAll(t, backends, {
    concurrency: 2,
    onProgress ({ kind }) {
      if (kind === 'begin') most = Math.max(most, ++now)
      if (kind === 'end') now--
    }
  })
  t.equal(results.filter(({ ok }) => ok).length, 6)
  t.equal(most, 2)
})

t.test('probe: says where the settings stand that a verdict is about', async (t) => {
  const old = await startOrigin(t, (_, response) => { response.end() }, { ...server, maxVersion: 'TLSv1.2' })
  const proxy = await startForwardProxy(t, { auth: 'user:right' })
  const trust = { ca_certs: [files['ca.pem']] }
  const [own, global, wrong, guarded] = await probeAll(t, [
    [{ host: [old.url], ...client({ client_tls: { ...trust } }) }],
    [{ host: [old.url] }],
    [{ host: ['http://127.0.0.1:19', old.url], ...client({ client_tls: { min_version: 'TLS12' } }) }],
    [{ host: ['https://api.test'], ...client({ proxy_address: `http://user:hush-hush@127.0.0.1:${proxy.port}` }) }]
  ], { root: { client_tls: { ...trust, curve_preferences: [23] } } }).then((all) => all.filter(({ origin }) => origin !== 'http://127.0.0.1:19'))
  const [, line, column] = /krakend\.json:(\d+):(\d+)/.exec(own!.verdict!.sentence)!
  const text = readFileSync(path.join(t.testdirName, 'krakend.json'), 'utf8').split('\n')
  t.ok(text[Number(line) - 1]!.slice(Number(column) - 1).startsWith('"client_tls"'), 'the position is that of the key')
  t.equal(own!.verdict?.sentence, `127.0.0.1:${old.port} speaks TLS 1.2 at most; client_tls without min_version demands 1.3 (krakend.json:${line}:${column}): set "min_version": "TLS12"`)
  t.strictSame(own!.settings, [{ name: 'client_tls', path: 'endpoints[0].backend[0].extra_config["backend/http/client"].client_tls', origin: { kind: 'file', file: 'krakend.json', line: Number(line), column: Number(column) } }])
  t.match(global!.settings, [{ path: 'client_tls', origin: { line: 3 } }])
  t.match(wrong!.verdict, { fault: 'unknown-authority', problem: /client_tls without ca_certs trusts only the authorities of the system \(krakend\.json:\d+:\d+\); the ca_certs of the global client_tls \(krakend\.json:\d+:\d+\) is not used/ })
  t.match(guarded!.verdict, { fault: 'proxy-credentials', problem: /does not accept the user and password of proxy_address \(krakend\.json:\d+:\d+\) \(407\)/ })
  t.match(guarded!.settings, [{ path: 'endpoints[3].backend[0].extra_config["backend/http/client"].proxy_address' }])
  t.notMatch(JSON.stringify(guarded), 'hush-hush')
  const [inherited] = await probeAll(t, [[{}]], { root: { host: [old.url] } })
  t.match(inherited, { verdict: { fault: 'unknown-authority' }, backends: ['GET /0 #0'] })
  const gone = await startOrigin(t, () => {})
  await new Promise((resolve) => gone.server.close(resolve))
  t.match((await probeAll(t, [[{}]], { root: { host: [gone.url] } }))[0], { verdict: { fault: 'refused', cure: 'start it, or correct host (krakend.json:4:3)' }, settings: [{ name: 'host', path: 'host[0]' }] })
})

t.test('probe: tells certificates that expire soon, the client\'s too', async (t) => {
  const origin = await startOrigin(t, (_, response) => { response.end() }, { ...server, ca: authority.cert, requestCert: true })
  const backend = { host: [origin.url], ...client({ client_tls: { ca_certs: [files['ca.pem']], client_certs: [{ certificate: files['gw.pem'], private_key: files['gw.key'] }] } }) }
  const [soon] = await probeAll(t, [[backend]])
  t.match(soon!.expiring, [{ use: 'server', subject: 'CN=an authority', daysLeft: 1 }, { use: 'client', subject: 'CN=the gateway', daysLeft: 1 }])
  t.match((await probeAll(t, [[backend]], { warnExpiry: 60 }))[0]!.expiring, [{ use: 'server', subject: 'CN=server', daysLeft: 39 }, {}, {}])
  t.strictSame((await probeAll(t, [[backend]], { warnExpiry: 0 }))[0]!.expiring, [])
})

t.test('probe: of a key that does not match the load tells, with its place', async (t) => {
  const backend = { host: ['https://127.0.0.1'], ...client({ client_tls: { client_certs: [{ certificate: files['gw.pem'], private_key: files['other.key'] }] } }) }
  await t.rejects(load(t, [[backend]]), { code: 'FG_ERR_CONFIG_INVALID', problems: [{ code: 'key-mismatch', line: 18, column: 26 }] })
})

t.test('probe: takes what SRV records lead to, and tells when there are none', async (t) => {
  const [gone] = await probeAll(t, [[{ host: ['_http._tcp.gone.invalid'], sd: 'dns' }]], { timeout: 2000 })
  t.match(gone, { ok: false, steps: [], settings: [{ name: 'host' }], verdict: { fault: 'dns', problem: /^there are no SRV records for _http\._tcp\.gone\.invalid \(E\w+\)$/, cure: /^correct the name in host \(krakend\.json:\d+:\d+\)/ } })
})

t.test('probe: with dns-a each address of a name is reached by itself', async (t) => {
  const origin = await startOrigin(t, () => {})
  const url = `http://localhost:${origin.port}`
  const results = await probeAll(t, [[{ host: [url], sd: 'dns-a' }]])
  t.match(results.find(({ at }) => at === '127.0.0.1'), { origin: url, ok: true, address: '127.0.0.1', addresses: ['127.0.0.1'], backends: ['GET /0 #0'] })
  for (const { at } of results.filter(({ ok }) => !ok)) t.match(at, /:/, 'the server has no other address than that')
  const [gone] = await probeAll(t, [[{ host: ['http://gone-name'], sd: 'dns-a' }]])
  t.match(gone, { ok: false, at: null, verdict: { fault: 'dns', problem: /^there are no addresses for http:\/\/gone-name \(E\w+\)$/ } })
  const [literal] = await probeAll(t, [[{ host: [origin.url], sd: 'dns-a' }]])
  t.match(literal, { origin: origin.url, at: null, ok: true })
  const proxy = await startForwardProxy(t)
  const [proxied] = await probeAll(t, [[{ host: [url], sd: 'dns-a', ...client({ proxy_address: `http://127.0.0.1:${proxy.port}` }) }]])
  t.match(proxied, { at: null, ok: true })
})
