import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, get, type IncomingMessage, type RequestListener } from 'node:http'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { freePort } from '@floodgate/testing'
import { runCommand } from '../support/run-command.ts'
import { startCommand } from '../support/start-command.ts'

const configuration = (...endpoints: string[]) => JSON.stringify({
  version: 3,
  listen_ip: '127.0.0.1',
  endpoints: endpoints.map((endpoint) => ({ endpoint, backend: [{ host: ['http://127.0.0.1:9999'], url_pattern: '/' }] }))
})

/** Paths of sockets are short. */
function folder (t: Test): string {
  const dir = mkdtempSync(join(tmpdir(), 'floodgate-'))
  t.teardown(() => { rmSync(dir, { recursive: true }) })
  writeFileSync(join(dir, 'krakend.json'), configuration('/a'))
  return dir
}

for (const workers of [null, 2]) {
  t.test(`reload and status: talk to a gateway that serves ${workers === null ? 'alone' : `in ${workers} workers`}`, { timeout: 120_000 }, async (t) => {
    const dir = folder(t)
    const [file, socket] = [join(dir, 'krakend.json'), join(dir, 'gateway.sock')]
    const command = startCommand(t, ['run', '-p', '0', '-c', file, '--control', socket, ...workers === null ? [] : ['--workers', String(workers)]])
    const [, url] = await command.said(/listening on (http:\/\/127\.0\.0\.1:\d+)/)
    t.equal(statSync(socket).mode & 0o777, 0o600, 'of this user only')
    const ask = (verb: string, ...options: string[]) => runCommand(verb, '--control', socket, ...options)

    const status = await ask('status')
    t.match(status, { code: 0, err: '' })
    t.match(status.out, new RegExp(`^process ${command.pid} serves on ${url}\nrevision [0-9a-f]{64}, 1 endpoint\nreloads: 0 applied, 0 refused\n${workers === null ? '' : 'workers: 2 of 2 serve\n'}$`))

    t.match(await ask('reload'), { code: 0, out: /^unchanged: revision [0-9a-f]{64}/, err: '' })
    writeFileSync(file, configuration('/a', '/b'))
    t.match(await ask('reload'), { code: 0, out: /^reloaded: revision [0-9a-f]{64}\nadded: GET \/b\n$/, err: '' })
    t.not((await fetch(`${url}/b`)).status, 404)
    writeFileSync(file, configuration('/a', '/a'))
    const refused = await ask('reload')
    t.match(refused, { code: 1, out: '', err: /krakend\.json:1:\d+ error endpoints\[1\][^]*not reloaded: revision [0-9a-f]{64} stays in use\n$/ })
    t.match(JSON.parse((await ask('status', '--json')).out), { endpoints: 2, reloads: { success: 2, failure: 1 } })

    command.kill('SIGTERM')
    await command.ended
    t.notOk(existsSync(socket))
    t.match(await ask('status'), { code: 3, out: '', err: /no gateway answers on .*gateway\.sock: there is no such file; start it with/ })
  })
}

for (const workers of [null, 2]) {
  t.test(`status: hosts that get no requests, ${workers === null ? 'alone' : 'of each worker'}`, { timeout: 120_000 }, async (t) => {
    const dir = folder(t)
    const [file, socket, dead] = [join(dir, 'krakend.json'), join(dir, 'gateway.sock'), `http://127.0.0.1:${await freePort()}`]
    writeFileSync(file, JSON.stringify({
      version: 3,
      extra_config: { floodgate: { host_health: { path: '/up', interval: '100ms' } } },
      endpoints: [{ endpoint: '/a', backend: [{ url_pattern: '/', host: [dead] }] }]
    }))
    const command = startCommand(t, ['run', '-p', '0', '-c', file, '--control', socket, ...workers === null ? [] : ['--workers', String(workers)]])
    await command.said(/listening on/)
    const port = dead.slice('http://127.0.0.1:'.length)
    const line = (from: string) => new RegExp(`^no requests to ${dead}${from} since [0-9T:.-]+Z \\(health\\): nothing listens at 127.0.0.1:${port}: start it, or correct host$`, 'm')
    const wanted = workers === null ? [line('')] : [line(' from worker 1'), line(' from worker 2')]
    let out = ''
    while (!wanted.every((line) => line.test(out))) out = (await runCommand('status', '--control', socket)).out
    t.match(JSON.parse((await runCommand('status', '--control', socket, '--json')).out), { hostsOut: [{ origin: dead, address: null, worker: workers === null ? null : 1, by: 'health', until: null }] })
    const many = await Promise.all(Array.from({ length: 40 }, () => askStatus(socket)))
    t.same(many.map(({ hostsOut }) => hostsOut.length), Array(40).fill(wanted.length))
    t.notMatch(command.output, /MaxListenersExceededWarning/)
    command.kill('SIGTERM')
    await command.ended
  })
}

/** Asks in this process: as many programs at once would take long. */
async function askStatus (socketPath: string): Promise<{ hostsOut: unknown[] }> {
  const [response] = await once(get({ socketPath, path: '/status' }), 'response') as [IncomingMessage]
  return await json(response) as { hostsOut: unknown[] }
}

t.test('run --control: a socket that was left behind is replaced, and one in use is not', { timeout: 120_000 }, async (t) => {
  const dir = folder(t)
  const socket = join(dir, 'gateway.sock')
  const start = () => startCommand(t, ['run', '-p', '0', '-c', join(dir, 'krakend.json'), '--control', socket])
  const killed = start()
  await killed.said(/listening on/)
  killed.kill('SIGKILL')
  await killed.ended
  t.ok(existsSync(socket))
  t.match(await runCommand('reload', '--control', socket), { code: 3, out: '', err: /gateway\.sock: no process listens there/ })
  const first = start()
  await first.said(/listening on/)
  const second = start()
  t.same(await second.ended, { status: 3, signal: null })
  t.match(second.output, /the control socket .*gateway\.sock cannot be opened: another gateway listens there/)
  t.match(await runCommand('status', '--control', socket), { code: 0 })
})

t.test('run --control: a socket whose process hangs is in use', { timeout: 60_000 }, async (t) => {
  const dir = folder(t)
  const socket = join(dir, 'gateway.sock')
  // One connection waits for it, and further ones are refused with EAGAIN.
  const program = "require('node:net').createServer().listen({ path: process.argv[1], backlog: 1 }, () => { console.log('listens') })"
  const hanging = spawn(process.execPath, ['-e', program, socket], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => { hanging.kill('SIGKILL') })
  await once(hanging.stdout, 'data')
  hanging.kill('SIGSTOP')
  const clients: Socket[] = []
  t.teardown(() => { for (const client of clients) client.destroy() })
  for (let code = ''; code === '';) {
    const client = connect(socket)
    clients.push(client)
    code = await once(client, 'connect').then(() => '', (error: NodeJS.ErrnoException) => error.code!)
  }
  const command = startCommand(t, ['run', '-p', '0', '-c', join(dir, 'krakend.json'), '--control', socket])
  t.same(await command.ended, { status: 3, signal: null })
  t.match(command.output, /gateway\.sock cannot be opened: another gateway may listen there: connecting to it fails with EAGAIN/)
  t.ok(existsSync(socket))
})

t.test('run --control: a path that is too long, or that is another file', { timeout: 60_000 }, async (t) => {
  const dir = folder(t)
  const file = join(dir, 'krakend.json')
  for (const [socket, why] of [[join(dir, 'x'.repeat(100)), /longer than 103 bytes: choose a shorter one$/m], [file, /it is not a socket$/m]] as const) {
    const command = startCommand(t, ['run', '-p', '0', '-c', file, '--control', socket])
    t.same(await command.ended, { status: 3, signal: null })
    t.match(command.output, why)
  }
})

t.test('reload and status: what answers is no gateway, or not in time, or somebody else\'s', async (t) => {
  const dir = folder(t)
  const listen = async (name: string, answer: RequestListener) => {
    const path = join(dir, name)
    const server = createServer(answer).listen(path)
    t.teardown(() => {
      server.close()
      server.closeAllConnections()
    })
    await once(server, 'listening')
    return path
  }
  const other = await listen('other', (_request, response) => { response.writeHead(404).end() })
  t.match(await runCommand('status', '--control', other), { code: 3, out: '', err: /other: it answered 404/ })
  const page = await listen('page', (_request, response) => { response.end('<html>') })
  t.match(await runCommand('status', '--control', page), { code: 3, out: '', err: /it answered something that is not JSON/ })
  const wrong = [
    null, 5, 'x', [], {}, { revision: 'r' }, { revision: 'r', changed: {}, problems: [], restart: [] }, { renewed: true },
    { pid: 1, address: 'a', revision: 'r', endpoints: 1, reloads: {}, workers: 5 }, { pid: 1, address: 'a', revision: 'r', endpoints: 1, reloads: null, workers: null }
  ]
  for (const [i, body] of wrong.entries()) {
    const program = await listen(`program-${i}`, (_request, response) => { response.end(JSON.stringify(body)) })
    for (const verb of ['reload', 'status']) {
      t.match(await runCommand(verb, '--control', program), { code: 3, out: '', err: /it answered something that no gateway answers: another program listens there\n$/ }, `${verb}: ${JSON.stringify(body)}`)
    }
  }
  const upgrading = await listen('upgrading', (request) => { request.socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n') })
  t.match(await runCommand('status', '--control', upgrading), { code: 3, out: '', err: /it answered something that is not HTTP\n$/ })
  const silent = await listen('silent', () => {})
  t.match(await runCommand('reload', '--control', silent, '--timeout', '50ms'), { code: 3, out: '', err: /no answer within 50 ms; what was asked for may still happen/ })
  const closing = await listen('closing', (request) => { request.socket.destroy() })
  t.match(await runCommand('reload', '--control', closing), { code: 3, out: '', err: /it has closed the connection: it ends/ })
  t.match(await runCommand('status', '--control', join(dir, 'krakend.json')), { code: 3, err: /or it is not a socket/ })
  t.match(await runCommand('status', '--control', silent, '--timeout', 'soon'), { code: 2, err: /write a duration such as 500ms/ })
  t.match(await runCommand('status'), { code: 2, err: /--control <socket>/ })
})

t.test('reload: a socket of another user', { skip: process.getuid?.() === 0 ? false : 'only root can become another user' }, async (t) => {
  const dir = folder(t)
  chmodSync(dir, 0o755)
  const socket = join(dir, 'gateway.sock')
  const command = startCommand(t, ['run', '-p', '0', '-c', join(dir, 'krakend.json'), '--control', socket])
  await command.said(/listening on/)
  const program = "require('node:http').request({ socketPath: process.argv[1] }).on('error', ({ code }) => { console.log(code) }).end()"
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', program, socket], { cwd: '/', uid: 65534, gid: 65534 })
  t.equal(stdout, 'EACCES\n')
})
