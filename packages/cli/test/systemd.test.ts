import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t, { type Test } from 'tap'
import { missingNotify, openNotifySocket, type NotifySocket } from '@floodgate/testing'
import { startCommand } from './support/start-command.ts'

const skip = missingNotify() ?? false
const configuration = (...endpoints: string[]) => JSON.stringify({
  version: 3,
  listen_ip: '127.0.0.1',
  extra_config: { floodgate: { health: { notice: '100ms' } } },
  endpoints: endpoints.map((endpoint) => ({ endpoint, backend: [{ host: ['http://127.0.0.1:9999'], url_pattern: '/' }] }))
})

async function start (t: Test, argv: string[], env: NodeJS.ProcessEnv = {}) {
  const file = path.join(t.testdir({ 'krakend.json': configuration('/a') }), 'krakend.json')
  const socket = await openNotifySocket(t)
  const command = startCommand(t, ['run', '-c', file, '-p', '0', ...argv], { NOTIFY_SOCKET: socket.path, ...env })
  return { file, socket, command }
}

for (const workers of [null, 2]) {
  t.test(`systemd: notified of the start, of reloads and of the end ${workers === null ? 'by a single process' : 'by the primary of workers'}`, { skip, timeout: 120_000 }, async (t) => {
    const { file, socket, command } = await start(t, ['--watch', ...workers === null ? [] : ['--workers', String(workers)]])
    const ready = await socket.wait(({ READY }) => READY === '1')
    t.match(ready, { STATUS: workers === null ? /^serves on http:\/\/127\.0\.0\.1:\d+$/ : /^2 of 2 workers serve on http:\/\/127\.0\.0\.1:\d+$/ })
    const [, url] = /listening on (\S+?),?\s/.exec(command.output)!
    t.ok(ready['STATUS']!.endsWith(url!), 'only when it serves')
    for (const renew of ['signal', 'file', 'signal of an unchanged one'] as const) {
      const from = socket.messages.length
      const before = process.hrtime.bigint() / 1000n
      if (renew === 'signal') writeFileSync(file, configuration('/a', '/b'))
      if (renew === 'file') writeFileSync(file, configuration('/a', '/b', '/c'))
      else command.kill('SIGHUP')
      const reloading = await socket.wait(({ RELOADING }) => RELOADING === '1', from)
      t.ok(BigInt(reloading['MONOTONIC_USEC']!) >= before, `${renew}: systemd takes no earlier time for its own signal`)
      await socket.wait(({ READY, STATUS }) => READY === '1' && STATUS === ready['STATUS'], from)
      await command.said(renew === 'signal' ? /1 endpoint added/ : /1 endpoint added[^]*1 endpoint added/)
    }
    const from = socket.messages.length
    command.kill('SIGTERM')
    const stopping = await socket.wait(({ STOPPING }) => STOPPING === '1', from)
    t.ok(Number(stopping['EXTEND_TIMEOUT_USEC']) > 100_000)
    t.same(await command.ended, { status: 0, signal: null })
    t.equal(socket.messages.slice(from).filter(({ READY }) => READY === '1').length, 0)
  })
}

const watchdog = { WATCHDOG_USEC: '200000' }

/** Resolves when a gateway that lives has fed its watchdog this many times more. */
async function feed (socket: NotifySocket, times = 1): Promise<void> {
  for (let i = 0; i < times; i++) await socket.wait(({ WATCHDOG }) => WATCHDOG === '1', socket.messages.length)
}

/** Fails if a gateway feeds its watchdog while another one does so several times. */
async function starves (t: Test, socket: NotifySocket, clock: NotifySocket): Promise<void> {
  await feed(clock, 4)
  const from = socket.messages.length
  await feed(clock, 4)
  t.equal(socket.messages.length, from)
}

t.test('systemd: the watchdog is fed by a process that lives, and not for another process', { skip, timeout: 120_000 }, async (t) => {
  const [{ socket, command }, clock] = await Promise.all([start(t, [], watchdog), start(t, [], watchdog)])
  await feed(socket)
  command.kill('SIGSTOP')
  await starves(t, socket, clock.socket)
  command.kill('SIGCONT')
  await feed(socket)
  const other = await start(t, [], { ...watchdog, WATCHDOG_PID: '1' })
  await other.socket.wait(({ READY }) => READY === '1')
  await starves(t, other.socket, clock.socket)
})

t.test('systemd: a worker that hangs starves the watchdog, one that dies does not, and workers know nothing of it', { skip, timeout: 120_000 }, async (t) => {
  const [{ socket, command }, clock] = await Promise.all([start(t, ['--workers', '2'], watchdog), start(t, [], watchdog)])
  await socket.wait(({ READY }) => READY === '1')
  const pids = await Promise.all([1, 2].map(async (id) => Number((await command.said(new RegExp(`worker ${id} \\(process (\\d+)\\) serves`)))[1])))
  for (const pid of pids) {
    const names = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').map((line) => line.split('=', 1)[0]!)
    t.ok(names.includes('FLOODGATE_WORKER'))
    t.notOk(names.some((name) => /^(?:NOTIFY_SOCKET|WATCHDOG_)/.test(name)))
  }
  const [one, other] = pids as [number, number]
  await feed(socket)
  process.kill(one, 'SIGSTOP')
  await starves(t, socket, clock.socket)
  process.kill(one, 'SIGCONT')
  await feed(socket)
  const from = socket.messages.length
  process.kill(other, 'SIGKILL')
  await socket.wait(({ STATUS }) => STATUS?.startsWith('1 of 2 workers serve') === true, from)
  await socket.wait(({ STATUS }) => STATUS?.startsWith('2 of 2 workers serve') === true, from)
  await feed(socket)
})

t.test('systemd: a missing systemd-notify is a line in the log, and nothing else', { timeout: 120_000 }, async (t) => {
  const file = path.join(t.testdir({ 'krakend.json': configuration('/a') }), 'krakend.json')
  const command = startCommand(t, ['run', '-c', file, '-p', '0'], { NOTIFY_SOCKET: '/run/nowhere', PATH: '/nonexistent' })
  await command.said(/WARNING: systemd is not notified: the program systemd-notify is missing/)
  const [, url] = await command.said(/listening on (\S+)/)
  t.equal((await fetch(`${url}/livez`)).status, 200)
  command.kill('SIGTERM')
  t.same(await command.ended, { status: 0, signal: null })
  t.equal(command.output.match(/systemd is not notified/g)!.length, 1)
})
