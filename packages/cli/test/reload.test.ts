import { writeFileSync, renameSync } from 'node:fs'
import t, { type Test } from 'tap'
import { startOrigin, type Origin } from '@floodgate/testing'
import { load } from './support/load.ts'
import { startCommand, type Started } from './support/start-command.ts'

const quiet = { router: { disable_access_log: true } }
const ROUNDS = 10
const BROKEN = 50

/** Round i: adds one endpoint, removes that of the round before, and changes the target, client settings and limits of others. */
function configuration (origin: Origin, round: number): string {
  const pass = (endpoint: string, pattern: string, more = {}) => ({ endpoint, output_encoding: 'no-op', backend: [{ host: [origin.url], url_pattern: pattern, ...more }] })
  return JSON.stringify({
    version: 3,
    listen_ip: '127.0.0.1',
    // Longer than a machine with other work needs.
    timeout: '60s',
    extra_config: quiet,
    endpoints: [
      pass(`/round/${round}`, `/new/${round}`),
      pass('/round', `/round/${round}`, { extra_config: { 'backend/http/client': { client_tls: { min_version: round % 2 === 0 ? 'TLS12' : 'TLS13' } } } }),
      { ...pass('/limited', '/limited'), extra_config: { 'qos/ratelimit/router': { max_rate: 100_000 + round } } },
      pass('/kept', '/kept')
    ]
  })
}

async function start (t: Test, workers: number | null, options: string[] = []) {
  const origin = await startOrigin(t, (request, response) => { response.end(request.url) })
  const file = `${t.testdir({})}/krakend.json`
  const write = (text: string): void => {
    writeFileSync(`${file}.new`, text)
    renameSync(`${file}.new`, file)
  }
  write(configuration(origin, 0))
  const command = startCommand(t, ['run', '-p', '0', '-c', file, ...options, ...workers === null ? [] : ['--workers', String(workers)]])
  const [, url] = await command.said(/listening on (http:\/\/127\.0\.0\.1:\d+)/)
  return { origin, write, command, url: url! }
}

/** Resolves when a line was printed so many times. */
async function said (command: Started, line: RegExp, times: number): Promise<void> {
  while ((command.output.match(line) ?? []).length < times) await command.next()
}

for (const workers of [null, 2]) {
  const where = workers === null ? 'alone' : `in ${workers} workers`
  t.test(`run: ${ROUNDS} reloads and ${BROKEN} broken configurations under load, ${where}: no failed request`, { timeout: 300_000 }, async (t) => {
    const { origin, write, command, url } = await start(t, workers)
    let round = 0
    const target = (path: string) => (status: number, body: string) => status === 200 && body === path
    const loads = [
      load(url, '/kept', target('/kept'), () => round),
      load(url, '/limited', target('/limited'), () => round),
      // What is told is in use: no answer of a request that begins then is of an earlier configuration.
      load(url, '/round', (status, body, begun) => status === 200 && Number(body.split('/').at(-1)) >= begun, () => round)
    ]
    const requests = () => loads.reduce((sum, { count }) => sum + count, 0)
    for (let i = 1; i <= ROUNDS; i++) {
      write(configuration(origin, i))
      command.kill('SIGHUP')
      await said(command, /configuration reloaded/g, i)
      round = i
      const before = requests()
      while (requests() < before + 50) await new Promise(setImmediate)
    }
    for (let i = 1; i <= BROKEN; i++) {
      write(configuration(origin, ROUNDS).replace('"url_pattern"', `"url_pattern_${i}"`).replace('"backend"', '"backends"'))
      command.kill('SIGHUP')
      await said(command, /configuration not reloaded/g, i)
    }
    t.equal((await fetch(`${url}/round/${ROUNDS}`)).status, 200)
    t.equal((await fetch(`${url}/round/${ROUNDS - 1}`)).status, 404)
    t.same((await Promise.all(loads.map((one) => one.stop()))).flat(), [], command.output.split('\n').filter((line) => /failed/.test(line)).slice(0, 3).join('\n'))
    t.equal(command.output.match(/configuration not reloaded/g)!.length, BROKEN, 'told once each')
    t.equal(command.output.match(/configuration reloaded/g)!.length, ROUNDS)
    t.match(command.output, /1 endpoint added; 1 endpoint removed; 2 endpoints altered; client settings: 1 new, 1 no longer used/)
    // Per process: 16 for what is kept, which all configurations share, and those of each of the two client settings.
    t.ok(origin.accepted <= (workers ?? 1) * (24 + ROUNDS * 8), `${origin.accepted} connections`)
    t.ok(requests() > ROUNDS * 50)

    if (workers === null) return
    // The file is broken: replacements get what is applied.
    const [, pid] = await command.said(/worker 1 \(process (\d+)\) serves/)
    process.kill(Number(pid), 'SIGKILL')
    await said(command, /worker 1 \(process \d+\) serves/g, 2)
    for (let i = 0; i < 4; i++) t.equal((await fetch(`${url}/round/${ROUNDS}`, { headers: { connection: 'close' } })).status, 200)
  })
}

for (const workers of [null, 2]) {
  t.test(`run --watch: replaces the configuration when its files change, ${workers === null ? 'alone' : `in ${workers} workers`}`, { timeout: 120_000 }, async (t) => {
    const { origin, write, command, url } = await start(t, workers, ['--watch'])
    const status = async (path: string) => (await fetch(url + path, { headers: { connection: 'close' } })).status
    t.equal(await status('/round/0'), 200)
    write(configuration(origin, 1))
    await said(command, /configuration reloaded/g, 1)
    for (let i = 0; i < 4; i++) t.equal(await status('/round/1'), 200)
    write('{ "version": 3, ')
    await command.said(/configuration not reloaded[^]*krakend\.json:1/)
    write(configuration(origin, 1))
    await said(command, /the files have the content again that is in use/g, 1)
    write(configuration(origin, 2))
    await said(command, /configuration reloaded/g, 2)
    t.same([await status('/round/1'), await status('/round/2')], [404, 200])
    t.equal(command.output.match(/configuration not reloaded/g)!.length, 1)
  })
}
