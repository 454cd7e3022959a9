import { readFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { createAuthority } from '@floodgate/testing'
import { backend, runCommand, workIn } from '../support/run-command.ts'

const example = readFileSync(path.resolve(import.meta.dirname, '../../../../examples/client-settings/krakend.json'), 'utf8')
const authorities = { 'custom.pem': createAuthority('custom CA').cert, 'other_cert.pem': createAuthority('other CA').cert }
const clientSettings = { 'krakend.json': example.replaceAll('./certs/', './'), ...authorities }

t.test('routes: prints a table for people and an array for machines', async (t) => {
  workIn(t, { ...clientSettings, 'many.json': { version: 3, endpoints: [{ endpoint: '/b', method: 'POST', timeout: '1s500ms', extra_config: { proxy: {}, 'governance/quota': { quota_name: 'a' } }, backend: [backend, { host: ['b.example.com', 'c.example.com'], url_pattern: '/2', encoding: 'xml' }] }] } })
  t.strictSame(await runCommand('routes', '-c', 'krakend.json'), {
    code: 0,
    err: '',
    out: `METHOD  PATH       BACKENDS                                 ENGINE        FEATURES             TIMEOUT  AT
GET     /__health  the gateway: health
GET     /foo       GET https://api/foo as no-op             step, stream  backend/http/client  2s       krakend.json:12
GET     /bar       GET https://127.0.0.1:8443/bar as no-op  step, stream                       2s       krakend.json:37
`
  })
  const { out } = await runCommand('routes', '-c', 'many.json', '--allow-unsupported', 'governance/*')
  t.match(out, `
POST    /b         POST http://a.example.com/ as json               step, decode  proxy, governance/quota (ignored)  1.5s     many.json:4
                   POST http://b.example.com (and 1 more)/2 as xml
`)
  const json = await runCommand('routes', '--json', '-c', 'many.json', '--allow-unsupported', 'governance/*')
  t.match(JSON.parse(json.out), [{ kind: 'health' }, { method: 'POST', path: '/b', engine: 'step', serves: 'decode', timeout: 1500, backends: [{ encoding: 'json' }, { encoding: 'xml' }] }])
})

t.test('routes, explain: show folders whose files are served', async (t) => {
  const config = { version: 3, extra_config: { 'server/static-filesystem': { prefix: '/media', path: './public' } }, endpoints: [{ endpoint: '/a', backend: [{ host: ['http://ignored'], url_pattern: '/a.json', extra_config: { 'backend/static-filesystem': { path: './public' } } }] }] }
  workIn(t, { 'krakend.json': JSON.stringify(config), public: {} })
  const { out } = await runCommand('routes', '-c', 'krakend.json')
  t.match(out, /GET +\/media\/\* +files of \.\/public +server\/static-filesystem +krakend\.json:1/)
  t.match(out, /GET +\/a +files of \.\/public: \/a\.json as json/)
  t.match((await runCommand('explain', '-c', 'krakend.json', '/a')).out, /├─ files of \.\/public answer: no host is called/)
})

t.test('routes, explain, audit: tell what is wrong with a configuration that cannot be used', async (t) => {
  workIn(t, { 'krakend.json': { version: 2 } })
  for (const verb of ['routes', 'explain', 'audit']) {
    t.match(await runCommand(verb, '--json', '-c', 'krakend.json'), { code: 1, out: '', err: /krakend\.json:2:14 error version: unsupported version 2/ }, verb)
  }
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

t.test('routes, explain: show the host of an endpoint', async (t) => {
  const backend = [{ host: ['http://a.example.com'], url_pattern: '/' }]
  workIn(t, { 'krakend.json': JSON.stringify({ version: 3, extra_config: { 'server/virtualhost': { aliased_hosts: { users: 'Users.example.com' } } }, endpoints: [{ endpoint: '/__virtual/users/a', backend }, { endpoint: '/a', backend }] }) })
  const { out } = await runCommand('routes', '-c', 'krakend.json')
  t.match(out, /GET +\/__virtual\/users\/a \(at users\.example\.com\) +GET/)
  t.match(out, /GET +\/a +GET/)
  t.match((await runCommand('explain', '-c', 'krakend.json', '/__virtual/users/a')).out, /^GET \/__virtual\/users\/a \(at users\.example\.com\) +krakend/)
})
