import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import t, { type Test } from 'tap'
import { startOrigin } from '@floodgate/testing'
import { startCommand, type Started } from './support/start-command.ts'
import { runCommand } from './support/run-command.ts'

const limit = { timeout: 300_000 }

/** Starts workers in front of an origin, and tells their address and processes. */
async function startWorkers (t: Test, { count = 2, listener = (_, response) => { response.end('ok') }, root = {} }: { count?: number, listener?: http.RequestListener, root?: object } = {}) {
  const origin = await startOrigin(t, listener)
  const dir = t.testdir({ 'krakend.json': JSON.stringify({ version: 3, listen_ip: '127.0.0.1', timeout: '30s', endpoints: [{ endpoint: '/a', output_encoding: 'no-op', backend: [{ host: [origin.url], url_pattern: '/' }] }], ...root }) })
  const command = startCommand(t, ['run', '-p', '0', '-c', `${dir}/krakend.json`, '--workers', String(count)])
  const [, port] = await command.said(new RegExp(`listening on http://127\\.0\\.0\\.1:(\\d+), ${count} workers?\\n`))
  await command.said(new RegExp(`(?:worker \\d \\(process \\d+\\) serves[^]*){${count}}`))
  return { origin, command, url: `http://127.0.0.1:${port}`, pids: processes(command) }
}

/** The processes of all workers that ever served, in the order they began. */
function processes ({ output }: Started): number[] {
  return [...output.matchAll(/worker \d+ \(process (\d+)\) serves/g)].map(([, pid]) => Number(pid))
}

/** Asks on a connection of its own. */
async function ask (url: string, agent?: http.Agent): Promise<{ status: number, body: string, connection: string | undefined }> {
  const request = http.get(`${url}/a`, { agent: agent ?? false })
  const [response] = await once(request, 'response') as [http.IncomingMessage]
  let body = ''
  for await (const chunk of response.setEncoding('utf8')) body += chunk
  return { status: response.statusCode!, body, connection: response.headers.connection }
}

t.test('workers: all of them answer, on one free port', limit, async (t) => {
  const { origin, url, pids } = await startWorkers(t, { count: 3 })
  t.equal(new Set(pids).size, 3)
  for (let i = 0; i < 9; i++) t.match(await ask(url), { status: 200, body: 'ok' })
  t.equal(origin.accepted, 3, 'each has its own connection to the origin')
})

t.test('workers: one that is killed is replaced, and no other request fails', limit, async (t) => {
  const { command, url, pids } = await startWorkers(t)
  process.kill(pids[0]!, 'SIGKILL')
  await command.said(/worker 1 \(process \d+\) ended with SIGKILL: its replacement starts now/)
  for (let i = 0; i < 20; i++) t.equal((await ask(url)).status, 200)
  await command.said(/worker 1 \(process \d+\) serves[^]*worker 1 \(process \d+\) serves/)
  t.equal(new Set(processes(command)).size, 3)
  for (let i = 0; i < 10; i++) t.equal((await ask(url)).status, 200)
})

t.test('workers: a connection that one had not taken when it was killed is served by another', limit, async (t) => {
  const { url, pids } = await startWorkers(t, { count: 3 })
  process.kill(pids[0]!, 'SIGSTOP')
  const answers: number[] = []
  const asking = Promise.all(Array.from({ length: 12 }, async () => { answers.push((await ask(url)).status) }))
  while (answers.length < 11) await new Promise(setImmediate)
  process.kill(pids[0]!, 'SIGKILL')
  await asking
  t.same(answers, Array(12).fill(200))
})

t.test('workers: one that dies again and again is replaced ever later', limit, async (t) => {
  const { command, pids } = await startWorkers(t, { count: 1 })
  let pid = pids[0]!
  for (const wait of ['now', 'in 250 ms', 'in 500 ms']) {
    process.kill(pid, 'SIGKILL')
    await command.said(new RegExp(`process ${pid}\\) ended with SIGKILL: its replacement starts ${wait}`))
    pid = Number((await command.said(new RegExp(`process ${pid}\\) ended[^]*\\(process (\\d+)\\) serves`)))[1])
  }
})

for (const workers of [[], ['--workers', '2']]) {
  const name = workers.length > 0 ? 'workers' : 'one process'

  t.test(`${name}: SIGTERM lets running requests finish, says so on others, and ends with 0`, limit, async (t) => {
    let answer = (): void => {}
    const origin = await startOrigin(t, (request, response) => {
      if (request.headers['x-slow']) answer = () => { response.end('late') }
      else response.end('ok')
      origin.server.emit('asked')
    })
    const dir = t.testdir({ 'krakend.json': JSON.stringify({ version: 3, listen_ip: '127.0.0.1', timeout: '60s', endpoints: [{ endpoint: '/a', output_encoding: 'no-op', input_headers: ['x-slow'], backend: [{ host: [origin.url], url_pattern: '/' }] }] }) })
    const command = startCommand(t, ['run', '-p', '0', '-c', `${dir}/krakend.json`, ...workers])
    const [, url] = await command.said(/listening on (http:\S+:\d+)/) as unknown as [string, string]
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
    t.teardown(() => { agent.destroy() })
    t.match(await ask(url, agent), { connection: 'keep-alive' })

    const asked = once(origin.server, 'asked')
    const slow = http.get(`${url}/a`, { agent: false, headers: { 'x-slow': '1' } })
    const answered = once(slow, 'response')
    await asked
    command.kill('SIGTERM')
    await command.said(/closing: running requests may finish/)
    t.match(await ask(url, agent), { status: 200, connection: 'close' }, 'an open connection is served, and told to go')
    answer()
    const [response] = await answered as [http.IncomingMessage]
    response.resume()
    t.equal(response.statusCode, 200)
    t.match(await command.ended, { status: 0, signal: null })
  })

  t.test(`${name}: a shutdown is over in time, and a second signal ends it at once`, limit, async (t) => {
    const origin = await startOrigin(t, () => { origin.server.emit('asked') })
    const start = async (wait: string) => {
      const dir = t.testdir({ 'krakend.json': JSON.stringify({ version: 3, listen_ip: '127.0.0.1', max_shutdown_wait_time: wait, timeout: '10m', endpoints: [{ endpoint: '/a', output_encoding: 'no-op', backend: [{ host: [origin.url], url_pattern: '/' }] }] }) })
      const command = startCommand(t, ['run', '-p', '0', '-c', `${dir}/krakend.json`, ...workers])
      const [, url] = await command.said(/listening on (http:\S+:\d+)/) as unknown as [string, string]
      const asked = once(origin.server, 'asked')
      const gone = once(http.get(`${url}/a`, { agent: false }), 'error')
      await asked
      return { command, gone, url }
    }
    const bounded = await start('200ms')
    // A connection that never says anything is no reason to stay.
    const silent = net.connect(Number(new URL(bounded.url).port), '127.0.0.1').on('error', () => {})
    await once(silent, 'connect')
    bounded.command.kill('SIGTERM')
    t.match(await bounded.command.ended, { status: 0 })
    await bounded.gone

    const impatient = await start('10m')
    impatient.command.kill('SIGINT')
    await impatient.command.said(/closing: running requests may finish/)
    impatient.command.kill('SIGINT')
    t.match(await impatient.command.ended, { status: 130 })
    await impatient.gone
  })

  t.test(`${name}: a port in use ends the start with 3, told once`, limit, async (t) => {
    const { port } = await startOrigin(t, () => {})
    const dir = t.testdir({ 'krakend.json': JSON.stringify({ version: 3, port, listen_ip: '127.0.0.1', endpoints: [] }) })
    const command = startCommand(t, ['run', '-c', `${dir}/krakend.json`, ...workers])
    t.match(await command.ended, { status: 3 })
    t.equal(command.output.match(/could not start: .*EADDRINUSE/g)?.length, 1)
  })
}

t.test('workers: a configuration that is not valid is told before anything is started', limit, async (t) => {
  const dir = t.testdir({ 'krakend.json': '{ "version": 2 }' })
  const command = startCommand(t, ['run', '-c', `${dir}/krakend.json`, '--workers', '2'])
  t.match(await command.ended, { status: 1 })
  t.equal(command.output.match(/unsupported version 2/g)?.length, 1)
})

t.test('workers: a terminal\'s signals are the primary\'s to decide', limit, async (t) => {
  const { command, url, pids } = await startWorkers(t)
  for (const pid of pids) for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(pid, signal)
  command.kill('SIGHUP')
  for (let i = 0; i < 4; i++) t.equal((await ask(url)).status, 200)
  t.same(processes(command), pids)
})

t.test('workers: a wrong count is wrong usage', async (t) => {
  for (const count of ['0', '-1', '1.5', 'many', '99999']) t.match(await runCommand('run', '-c', 'krakend.json', '--workers', count), { code: 2, err: /write a number from 1 to 1024, or auto/ }, count)
})
