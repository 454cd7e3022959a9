import { writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import t from 'tap'
import { call, startOrigin } from '@floodgate/testing'
import { startCommand, type Started } from './support/start-command.ts'

/** Status of a request on a connection of its own: the workers take connections in turn. */
const ask = async (url: string) => (await call(url)).status

const changes = ({ output }: Started, name: string) =>
  [...output.matchAll(new RegExp(`circuit breaker named '${name}' went from '(\\S+)' to '(\\S+)'`, 'g'))].map(([, from, to]) => `${from} > ${to}`)

t.test('run --workers: a circuit breaker has one state for all workers, over their deaths and over reloads', { timeout: 300_000 }, async (t) => {
  const calls: Record<string, number> = {}
  const held: ServerResponse[] = []
  let isWell = false
  const origin = await startOrigin(t, (request, response) => {
    calls[request.url!] = (calls[request.url!] ?? 0) + 1
    if (isWell && request.url === '/trial') held.push(response)
    else response.writeHead(isWell ? 200 : 500, { 'content-type': 'application/json' }).end('{}')
    origin.server.emit('asked')
  })
  const guarded = (name: string, settings: object) => ({
    endpoint: `/${name}`,
    timeout: '60s',
    backend: [{ host: [origin.url], url_pattern: `/${name}`, extra_config: { 'qos/circuit-breaker': { interval: 0, name, log_status_change: true, ...settings } } }]
  })
  const file = `${t.testdir({})}/krakend.json`
  const write = (more: object[] = []) => {
    writeFileSync(file, JSON.stringify({ version: 3, listen_ip: '127.0.0.1', endpoints: [...more, guarded('stays', { timeout: 600, max_errors: 3 }), guarded('trial', { timeout: 1, max_errors: 3 })] }))
  }
  write()
  const gateway = startCommand(t, ['run', '-p', '0', '-c', file, '--workers', '3'])
  const [, url] = await gateway.said(/listening on (http:\/\/127\.0\.0\.1:\d+), 3 workers/) as unknown as [string, string]

  /** Fails until it opens: each worker alone would bear three. */
  async function open (name: string): Promise<void> {
    for (let opened = false; !opened; opened = changes(gateway, name).length > 0) t.equal(await ask(`${url}/${name}`), 500)
    t.ok(calls[`/${name}`]! >= 4 && calls[`/${name}`]! < 10, `${calls[`/${name}`]} calls opened it`)
    await refusing(name)
  }
  /** Resolves when no worker calls the backend any more: each has heard of it. */
  async function refusing (name: string): Promise<void> {
    for (let [before, still] = [calls[`/${name}`], 0]; still < 9; still++) {
      await ask(`${url}/${name}`)
      if (calls[`/${name}`] !== before) [before, still] = [calls[`/${name}`], 0]
    }
  }
  await Promise.all([open('stays'), open('trial')])
  t.same(changes(gateway, 'stays'), ['closed > open'], 'one line, not one of each worker')

  isWell = true
  const stays = calls['/stays']
  const pids = () => [...gateway.output.matchAll(/worker \d \(process (\d+)\) serves/g)].map(([, pid]) => Number(pid))
  async function killAll (): Promise<void> {
    const before = pids()
    for (const pid of before.slice(-3)) process.kill(pid, 'SIGKILL')
    while (pids().length < before.length + 3) await gateway.next()
  }

  /** Asks until one request is the trial, which the backend holds. */
  async function beginTrial (): Promise<void> {
    const before = held.length
    while (held.length === before) {
      const [asked, answered] = [new Promise((resolve) => { origin.server.once('asked', resolve) }), ask(`${url}/trial`).catch(() => 0)]
      await Promise.race([asked, answered])
    }
  }
  await beginTrial()
  const tried = calls['/trial']
  t.same(new Set(await Promise.all(Array.from({ length: 30 }, () => ask(`${url}/trial`)))), new Set([500]))
  t.equal(calls['/trial'], tried, 'one trial for all')
  while (changes(gateway, 'trial').at(-1) !== 'open > half-open') await gateway.next()

  await killAll()
  await beginTrial()
  t.equal(calls['/trial'], tried! + 1, 'the trial of a worker that died is another\'s')
  for (const response of held) response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  while (changes(gateway, 'trial').at(-1) !== 'half-open > closed') await gateway.next()

  write([{ endpoint: '/new', backend: [{ host: [origin.url], url_pattern: '/new' }] }])
  gateway.kill('SIGHUP')
  await gateway.said(/configuration reloaded/)
  await killAll()
  for (let i = 0; i < 9; i++) t.equal(await ask(`${url}/stays`), 500)
  t.equal(calls['/stays'], stays, 'open all the time')
  t.same(changes(gateway, 'stays'), ['closed > open'])
  gateway.kill('SIGTERM')
  await gateway.ended
})
