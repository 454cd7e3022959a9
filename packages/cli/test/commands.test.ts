import { readFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { createAuthority } from '@floodgate/testing'
import { backend, minimal, runCommand, workIn } from './support/run-command.ts'

const example = readFileSync(path.resolve(import.meta.dirname, '../../../examples/client-settings/krakend.json'), 'utf8')
const authorities = { 'custom.pem': createAuthority('custom CA').cert, 'other_cert.pem': createAuthority('other CA').cert }
const clientSettings = { 'krakend.json': example.replaceAll('./certs/', './'), ...authorities }

t.test('routes: prints a table for people and an array for machines', async (t) => {
  workIn(t, { ...clientSettings, 'many.json': { version: 3, endpoints: [{ endpoint: '/b', method: 'POST', timeout: '1s500ms', extra_config: { proxy: {}, 'modifier/lua-proxy': { pre: 'a' } }, backend: [backend, { host: ['b.example.com', 'c.example.com'], url_pattern: '/2', encoding: 'xml' }] }] } })
  t.strictSame(await runCommand('routes', '-c', 'krakend.json'), {
    code: 0,
    err: '',
    out: `METHOD  PATH       BACKENDS                                 ENGINE        FEATURES             TIMEOUT  AT
GET     /__health  the gateway: health
GET     /foo       GET https://api/foo as no-op             step, stream  backend/http/client  2s       krakend.json:12
GET     /bar       GET https://127.0.0.1:8443/bar as no-op  step, stream                       2s       krakend.json:37
`
  })
  const { out } = await runCommand('routes', '-c', 'many.json', '--allow-unsupported', 'modifier/*')
  t.match(out, `
POST    /b         POST http://a.example.com/ as json               step, decode  proxy, modifier/lua-proxy (ignored)  1.5s     many.json:4
                   POST http://b.example.com (and 1 more)/2 as xml
`)
  const json = await runCommand('routes', '--json', '-c', 'many.json', '--allow-unsupported', 'modifier/*')
  t.match(JSON.parse(json.out), [{ kind: 'health' }, { method: 'POST', path: '/b', engine: 'step', serves: 'decode', timeout: 1500, backends: [{ encoding: 'json' }, { encoding: 'xml' }] }])
})

t.test('explain: draws a tree for people and prints an array for machines', async (t) => {
  workIn(t, clientSettings)
  const { code, out, err } = await runCommand('explain', '-c', 'krakend.json', '/foo')
  t.match({ code, err }, { code: 0, err: '' })
  const lines = out.split('\n')
  t.strictSame(lines.slice(0, 2), ['GET /foo  krakend.json:12', '└─ backend 0: GET https://api/foo  krakend.json:16'])
  for (const pattern of [
    /├─ client [0-9a-f]{16}, used by this backend only/,
    /client_tls +backend +krakend\.json:25 +the backend's own, replacing the whole global one \(krakend\.json:6\)/,
    /client_tls\.ca_certs +other_cert\.pem +backend +krakend\.json:27 +in addition to the system's authorities; the global one is ignored \(krakend\.json:7\)/,
    /client_tls\.min_version +TLS13 +default$/,
    /proxy_address +http:\/\/127\.0\.0\.1:9099 +backend +krakend\.json:31/,
    /trusted: CN=other CA, issued by itself, expires on \d{4}-\d\d-\d\d, in 1 day \(other_cert\.pem\)/,
    /http:\/\/127\.0\.0\.1:9099 \(proxy_address\)/,
    /not followed: the client receives them unchanged/,
    /└─ differences to KrakenD/
  ]) t.ok(lines.some((line) => pattern.test(line)), String(pattern))
  t.notMatch(out, '/bar')
  const all = await runCommand('explain', '--json', '-c', 'krakend.json')
  t.match(JSON.parse(all.out), [
    { method: 'GET', path: '/foo', backends: [{ index: 0, settings: Array, certificates: [{ use: 'authority' }], redirects: { followed: false } }] },
    { path: '/bar', backends: [{ redirects: { followed: true, limit: 9 } }] }
  ])
})

t.test('routes, explain: show folders whose files are served', async (t) => {
  const config = { version: 3, extra_config: { 'server/static-filesystem': { prefix: '/media', path: './public' } }, endpoints: [{ endpoint: '/a', backend: [{ host: ['http://ignored'], url_pattern: '/a.json', extra_config: { 'backend/static-filesystem': { path: './public' } } }] }] }
  workIn(t, { 'krakend.json': JSON.stringify(config), public: {} })
  const { out } = await runCommand('routes', '-c', 'krakend.json')
  t.match(out, /GET +\/media\/\* +files of \.\/public +server\/static-filesystem +krakend\.json:1/)
  t.match(out, /GET +\/a +files of \.\/public: \/a\.json as json/)
  t.match((await runCommand('explain', '-c', 'krakend.json', '/a')).out, /├─ files of \.\/public answer: no host is called/)
})

t.test('explain: tells what there is when an endpoint is not', async (t) => {
  workIn(t, { 'krakend.json': minimal })
  t.match(await runCommand('explain', '-c', 'krakend.json', 'POST /a'), { code: 2, out: '', err: 'floodgate: the configuration has no endpoint "POST /a": use GET /a\n' })
})

t.test('audit: prints findings, and its exit status is the worst of them', async (t) => {
  workIn(t, { 'krakend.json': { ...minimal, name: 'x', endpoints: [{ ...minimal.endpoints[0], timeout: '2m' }] }, 'ignore.txt': '3.3.4\n3.1.1 5.2.2\n' })
  const worst = await runCommand('audit', '-c', 'krakend.json', '--severity', 'critical,low')
  t.equal(worst.code, 7)
  t.equal(worst.out, `krakend.json:14:18 CRITICAL 3.3.4 endpoints[0].timeout: the timeout, 2m, is longer than 1m
  14 |       "timeout": "2m"
     |                  ^
  keep it at 1m or below, or split the work: waiting requests hold memory and connections
krakend.json:1:1 LOW 3.1.1 bots are not detected
  configure security/bot-detector
krakend.json:1:1 LOW 5.2.2 each endpoint has one backend: clients have to combine responses themselves
  merge responses that clients need together in one endpoint
`)
  t.equal(worst.err, '1 CRITICAL, 2 LOW\n')
  t.equal((await runCommand('audit', '-c', 'krakend.json', '--ignore', '3.3.4')).code, 6)
  t.equal((await runCommand('audit', '-c', 'krakend.json', '-s', 'MEDIUM')).code, 5)
  t.equal((await runCommand('audit', '-c', 'krakend.json', '-s', 'LOW')).code, 4)
  t.strictSame(await runCommand('audit', '-c', 'krakend.json', '-s', 'CRITICAL,LOW', '-I', 'ignore.txt'), { code: 0, out: '', err: 'nothing found\n' })
  const json = await runCommand('audit', '-c', 'krakend.json', '--json', '-s', 'CRITICAL')
  t.strictSame(JSON.parse(json.out), [{ file: 'krakend.json', line: 14, column: 18, path: 'endpoints[0].timeout', rule: '3.3.4', severity: 'CRITICAL', message: 'the timeout, 2m, is longer than 1m', remedy: 'keep it at 1m or below, or split the work: waiting requests hold memory and connections' }])
  const github = await runCommand('audit', '-c', 'krakend.json', '--format', 'github', '-s', 'CRITICAL,LOW', '-i', '5.2.2')
  t.match(github.out.split('\n'), [/^::error file=krakend\.json,line=14,col=18,title=CRITICAL 3\.3\.4::the timeout, 2m, is longer than 1m%0Akeep/, /^::notice file=krakend\.json,line=1,col=1,title=LOW 3\.1\.1::/])
  t.match(await runCommand('audit', '-c', 'krakend.json', '-I', 'gone.txt'), { code: 2, err: /gone\.txt cannot be read/ })
})

t.test('routes, explain, audit: tell what is wrong with a configuration that cannot be used', async (t) => {
  workIn(t, { 'krakend.json': { version: 2 } })
  for (const verb of ['routes', 'explain', 'audit']) {
    t.match(await runCommand(verb, '--json', '-c', 'krakend.json'), { code: 1, out: '', err: /krakend\.json:2:14 error version: unsupported version 2/ }, verb)
  }
})

t.test('render: prints what templates make', async (t) => {
  workIn(t, { 'krakend.json': minimal })
  const { code, out } = await runCommand('render', '-c', 'krakend.json')
  t.equal(code, 0)
  t.strictSame(JSON.parse(out), minimal)
  t.match(await runCommand('render', '-c', 'gone.json'), { code: 1, out: '', err: /gone\.json error/ })
})

t.test('check --guards: lists what is in front of each endpoint, or that it is open', async (t) => {
  const to = { host: ['http://h'], url_pattern: '/' }
  workIn(t, {
    'k.json': {
      version: 3,
      endpoints: [
        { endpoint: '/open', backend: [to] },
        { endpoint: '/cors', extra_config: { 'security/cors': {}, 'qos/ratelimit/router': { max_rate: 0 } }, backend: [to] },
        { endpoint: '/token', extra_config: { 'auth/validator': { alg: 'RS256', jwk_url: 'https://i.test/keys', roles: ['a'] }, 'qos/ratelimit/router': { max_rate: 5, client_max_rate: 1, strategy: 'ip' } }, backend: [{ ...to, extra_config: { 'validation/cel': [{ check_expr: 'true' }] } }] },
        { endpoint: '/schema', method: 'POST', extra_config: { 'validation/json-schema': { type: 'object' } }, backend: [{ ...to, extra_config: { 'validation/response-json-schema': { schema: true } } }] },
        { endpoint: '/quota', method: 'POST', extra_config: { 'governance/quota': {} }, backend: [to] }
      ]
    }
  })
  t.match(await runCommand('check', '--guards', '-c', 'k.json'), { code: 1, out: '', err: /--skip-unsupported/ })
  const { code, out } = await runCommand('check', '--guards', '--skip-unsupported', '-c', 'k.json')
  t.equal(code, 0)
  t.equal(out, `METHOD  PATH     GUARDS
GET     /open    open
GET     /cors    open
GET     /token   authentication: auth/validator (roles a)
                 limit: qos/ratelimit/router (5 per 1s, 1 per 1s and address)
                 validation: validation/cel of the backend
POST    /schema  validation: validation/json-schema
                 validation: validation/response-json-schema of the backend (response)
POST    /quota   answers 501: governance/quota
`)
  const facts = JSON.parse((await runCommand('check', '--guards', '--json', '--allow-unsupported', 'governance/*', '-c', 'k.json')).out)
  t.match(facts, [{ open: true, guards: [] }, { open: true }, { open: false, guards: [{ kind: 'authentication' }, {}, {}] }, { path: '/schema', open: false }, { path: '/quota', open: true, unsupported: [] }], 'what has no effect guards nothing')
})

t.test('routes: shows endpoints that answer 501', async (t) => {
  workIn(t, { 'k.json': { version: 3, endpoints: [{ endpoint: '/q', backend: [{ host: ['http://u:pw@h'], disable_host_sanitize: true, url_pattern: '/', extra_config: { 'backend/grpc': {} } }] }] } })
  t.match(await runCommand('routes', '-c', 'k.json', '--skip-unsupported'), { code: 0, out: /\/q +the gateway: 501, backend\/grpc is not supported/ })
  for (const argv of [['routes'], ['routes', '--json'], ['explain'], ['explain', '--json'], ['audit'], ['check', '--json'], ['check', '--guards']]) {
    const { out, err } = await runCommand(...argv, '-c', 'k.json', '--allow-unsupported', 'backend/grpc', 'x')
    t.notMatch(out + err, 'pw', argv.join(' '))
  }
  t.match(await runCommand('explain', '-c', 'k.json', '--allow-unsupported', 'backend/grpc', '/q'), { code: 2, err: /write the endpoint before this option/ })
})
