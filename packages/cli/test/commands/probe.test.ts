import t from 'tap'
import { createAuthority, startOrigin } from '@floodgate/testing'
import { main } from '../../src/main.ts'
import { runCommand, workIn } from '../support/run-command.ts'

const authority = createAuthority('an authority')
const server = authority.issue({ cn: 'server' })
const other = createAuthority('another authority')
const endpoint = (path: string, host: string, client: object = {}) => ({ endpoint: path, backend: [{ host: [host], url_pattern: '/', extra_config: { 'backend/http/client': client } }] })

t.test('probe: prints a tree for people, an array for machines, and ends with 1 if one fails', async (t) => {
  const good = await startOrigin(t, (_, response) => { response.end() }, { ...server, minVersion: 'TLSv1.3' })
  const old = await startOrigin(t, (_, response) => { response.end() }, { ...server, maxVersion: 'TLSv1.2' })
  workIn(t, {
    'ca.pem': authority.cert,
    'krakend.json': { version: 3, client_tls: { ca_certs: ['./ca.pem'] }, endpoints: [endpoint('/good', good.url), endpoint('/old', old.url)] }
  })
  const { code, out, err } = await runCommand('probe', '-c', 'krakend.json')
  t.equal(code, 1)
  t.equal(err, '\n1 reached, 1 failed, 1 with certificates that expire soon\n')
  const lines = out.replace(/ +\d+\.\d ms/g, ' N ms').split('\n')
  t.strictSame(lines.slice(0, 3), [`! ${good.url}  GET /good #0`, `├─ tcp N ms  127.0.0.1:${good.port}`, '├─ tls N ms  TLS 1.3, TLS_AES_256_GCM_SHA384, P-256'])
  t.match(lines[3], /^├─ certificate of the server: CN=server, issued by CN=an authority, for DNS:localhost, IP Address:127\.0\.0\.1, expires on 20\d\d-\d\d-\d\d, in 1 day$/)
  t.strictSame(lines.slice(6), [
    `✗ ${old.url}  GET /old #0`,
    `├─ tcp N ms  127.0.0.1:${old.port}`,
    '├─ tls N ms  failed',
    `├─ what is wrong: 127.0.0.1:${old.port} speaks TLS 1.2 at most; client_tls without min_version demands 1.3 (krakend.json:3:3)`,
    '├─ what to do: set "min_version": "TLS12"',
    '└─ at krakend.json:3:3 client_tls',
    ''
  ])
  const one = await runCommand('probe', '-c', 'krakend.json', '/good', '--warn-expiry', '12h', '--timeout', '5s', '--concurrency', '1')
  t.match(one, { code: 0, out: /^✓ /, err: '\n1 reached\n' })
  const json = await runCommand('probe', '--json', '-c', 'krakend.json')
  t.match(json, { code: 1, err: '' })
  t.match(JSON.parse(json.out), [
    { origin: good.url, ok: true, backends: ['GET /good #0'], steps: [{ name: 'tcp' }, { name: 'tls' }], tls: { chain: [{ subject: 'CN=server' }, {}] }, expiring: [{}, {}], verdict: null },
    { origin: old.url, ok: false, verdict: { fault: 'tls-version', stage: 'tls', code: 'FG_ERR_HTTP_CLIENT_TLS' }, settings: [{ name: 'client_tls', path: 'client_tls', origin: { line: 3, column: 3 } }] }
  ])
})

t.test('probe: tells what is wrong with its arguments, and with the configuration', async (t) => {
  const pair = authority.issue({ cn: 'client', san: [] })
  workIn(t, {
    'client.pem': pair.cert,
    'other.key': other.key,
    'krakend.json': { version: 3, endpoints: [endpoint('/a', 'https://127.0.0.1', { client_tls: { client_certs: [{ certificate: './client.pem', private_key: './other.key' }] } })] },
    'good.json': { version: 3, endpoints: [endpoint('/a', 'https://127.0.0.1')] }
  })
  t.match(await runCommand('probe', '-c', 'krakend.json'), { code: 1, out: '', err: /krakend\.json:\d+:\d+ error .*client_certs\[0\]\.private_key: .*other\.key.* is not the key of the certificate in .*client\.pem[^]*name the key that the certificate was issued for/ }, 'a key that does not match')
  t.match(await runCommand('probe', '-c', 'good.json', '/b'), { code: 2, err: 'floodgate: the configuration has no endpoint "/b": use GET /a\n' })
  for (const [option, value, says] of [['--timeout', '5', /write a duration such as/], ['--concurrency', '0', /a number of 1 or more/], ['--warn-expiry', 'soon', /a number of days such as 30d/]] as const) {
    t.match(await runCommand('probe', '-c', 'good.json', option, value), { code: 2, err: says })
  }
})

t.test('probe: shows on a terminal what it is doing, and leaves nothing of it behind', async (t) => {
  const good = await startOrigin(t, (_, response) => { response.end() }, server)
  workIn(t, { 'ca.pem': authority.cert, 'krakend.json': { version: 3, client_tls: { ca_certs: ['./ca.pem'] }, endpoints: [endpoint('/good', good.url)] } })
  let text = ''
  const add = (more: string) => { text += more }
  await main(['probe', '-c', 'krakend.json'], { out: add, err: add, outColor: false, errColor: false, errIsTerminal: true })
  t.match(text, new RegExp(`⠋ ${good.url}  tls 0\\.\\d s\n  0 of 1\n`))
  t.match(text.split('\u001b[2A\u001b[0J').at(-1), /^! https/, 'the results stand where it was')
})
