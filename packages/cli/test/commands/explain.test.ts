import { readFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { createAuthority } from '@floodgate/testing'
import { minimal, runCommand, workIn } from '../support/run-command.ts'

const example = readFileSync(path.resolve(import.meta.dirname, '../../../../examples/client-settings/krakend.json'), 'utf8')
const authorities = { 'custom.pem': createAuthority('custom CA').cert, 'other_cert.pem': createAuthority('other CA').cert }
const clientSettings = { 'krakend.json': example.replaceAll('./certs/', './'), ...authorities }

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

t.test('explain: tells what there is when an endpoint is not', async (t) => {
  workIn(t, { 'krakend.json': minimal })
  t.match(await runCommand('explain', '-c', 'krakend.json', 'POST /a'), { code: 2, out: '', err: 'floodgate: the configuration has no endpoint "POST /a": use GET /a\n' })
})
