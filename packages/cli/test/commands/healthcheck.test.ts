import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import t from 'tap'
import { selfSigned } from '@floodgate/testing'
import { runCommand, workIn } from '../support/run-command.ts'
import { startCommand } from '../support/start-command.ts'

const service = (more: object = {}) => ({ version: 3, listen_ip: '127.0.0.1', port: 1, endpoints: [], ...more })
const health = (settings: object, router: object = {}) => ({ extra_config: { router: { disable_access_log: true, ...router }, floodgate: { health: settings } } })

t.test('healthcheck: asks /livez or /readyz of the gateway that a configuration describes, and ends with 0 or 1', { timeout: 120_000 }, async (t) => {
  const dir = workIn(t, {
    'probes.json': service(health({ ready_path: '/-/ready', notice: '0s' })),
    'plain.json': service(),
    'moved.json': service({ extra_config: { router: { health_path: 'up' } } }),
    'none.json': service({ extra_config: { router: { disable_health: true } } }),
    'broken.json': service({ port: 'x' })
  })
  const command = startCommand(t, ['run', '-c', path.join(dir, 'probes.json'), '-p', '0', '--drain-notice', '1m'])
  const [, url, port] = await command.said(/listening on (http:\/\/127\.0\.0\.1:(\d+))/) as unknown as [string, string, string]
  const ask = (...argv: string[]) => runCommand('healthcheck', '--timeout', '60s', ...argv)
  t.same(await ask('-c', 'probes.json', '-p', port), { code: 0, out: '/livez: 200 {"status":"ok"}\n', err: '' })
  t.same(await ask('-c', 'probes.json', '-p', port, '--ready'), { code: 0, out: '/-/ready: 200 {"status":"ok"}\n', err: '' })
  t.match(await ask('-c', 'plain.json', '-p', port), { code: 0, out: /^\/__health: 200 \{"agents"/ })
  t.match(await ask('-c', 'moved.json', '-p', port), { code: 1, out: '', err: /^floodgate: \/up: 404/ })
  t.match(await ask('-c', 'none.json', '-p', port), { code: 1, out: '', err: /no health endpoint: add "health": \{\}/ })
  t.match(await ask('-c', 'broken.json', '-p', port), { code: 1, out: '', err: /broken\.json:\d+:\d+ error port/ })
  t.same(await ask('--url', `${url}/-/ready`), { code: 0, out: '/-/ready: 200 {"status":"ok"}\n', err: '' })
  command.kill('SIGTERM')
  await command.said(/closing: running requests may finish/)
  t.same(await ask('-c', 'probes.json', '-p', port, '--ready'), { code: 1, out: '', err: 'floodgate: /-/ready: 503 {"status":"stopping"}\n' })
  t.match(await ask('-c', 'probes.json', '-p', port), { code: 0 })
  command.kill('SIGKILL')
  await command.ended
  t.match(await ask('-c', 'probes.json', '-p', port), { code: 1, out: '', err: /^floodgate: http:\/\/127\.0\.0\.1:\d+\/livez: .*ECONNREFUSED/ })
})

t.test('healthcheck --ready: every worker says that the gateway stops, for as long as --drain-notice', { timeout: 120_000 }, async (t) => {
  const dir = workIn(t, { 'krakend.json': service(health({})) })
  const command = startCommand(t, ['run', '-c', path.join(dir, 'krakend.json'), '-p', '0', '-w', '2', '--drain-notice', '1m'])
  const [, url] = await command.said(/listening on (http:\/\/127\.0\.0\.1:\d+), 2 workers/)
  const ask = () => Promise.all(Array.from({ length: 8 }, () => runCommand('healthcheck', '--url', `${url}/readyz`, '--timeout', '60s')))
  for (const { code } of await ask()) t.equal(code, 0)
  command.kill('SIGTERM')
  await command.said(/closing: running requests may finish/)
  for (let stopping = 0; stopping < 8;) stopping = (await ask()).filter(({ code, err }) => code === 1 && err === 'floodgate: /readyz: 503 {"status":"stopping"}\n').length
  command.kill('SIGTERM')
  t.match(await command.ended, { status: 143 })
})

t.test('healthcheck: trusts a listener with TLS by the certificate that its configuration names, and no other one', { timeout: 120_000 }, async (t) => {
  const [own, other] = [selfSigned({ cn: 'gateway.example' }), selfSigned({ cn: 'gateway.example' })]
  const dir = workIn(t, { 'own.pem': own.cert, 'own.key': own.key, 'other.pem': other.cert, 'other.key': other.key })
  for (const name of ['own', 'other']) {
    const keys = [{ public_key: path.join(dir, `${name}.pem`), private_key: path.join(dir, `${name}.key`) }]
    writeFileSync(path.join(dir, `${name}.json`), JSON.stringify(service({ ...health({}), tls: { keys } })))
  }
  const command = startCommand(t, ['run', '-c', path.join(dir, 'own.json'), '-p', '0'])
  const [, url, port] = await command.said(/listening on (https:\/\/127\.0\.0\.1:(\d+))/) as unknown as [string, string, string]
  t.same(await runCommand('healthcheck', '-c', 'own.json', '-p', port), { code: 0, out: '/livez: 200 {"status":"ok"}\n', err: '' })
  t.match(await runCommand('healthcheck', '--url', `${url}/livez`), { code: 1, out: '', err: /self-signed/ })
  t.match(await runCommand('healthcheck', '-c', 'other.json', '--url', `${url}/livez`), { code: 1, out: '', err: /not one of those in the configuration/ })
})

t.test('healthcheck: a server that accepts and does not answer is given up, and wrong arguments are named', async (t) => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  t.teardown(() => { silent.close() })
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/livez`
  t.match(await runCommand('healthcheck', '--url', url, '--timeout', '200ms'), { code: 1, out: '', err: /no answer within 200 ms/ })
  t.match(await runCommand('healthcheck'), { code: 2, err: /name the configuration of the gateway with -c, or its address with --url/ })
  t.match(await runCommand('healthcheck', '--url', 'localhost:8080'), { code: 2, err: /write a URL such as/ })
})

t.test('healthcheck: what answers does not end its answer, or speaks another protocol', async (t) => {
  const answers = [
    ['HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{', /: no answer within 100 ms\n$/],
    ['HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n', /: it answered something that is not HTTP\n$/]
  ] as const
  for (const [answer, err] of answers) {
    const server = createServer((socket) => { socket.on('error', () => {}).once('data', () => { socket.write(answer) }) }).listen(0, '127.0.0.1')
    t.teardown(() => { server.close() })
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    t.match(await runCommand('healthcheck', '--url', `http://127.0.0.1:${port}/`, '--timeout', '100ms'), { code: 1, out: '', err })
  }
})
