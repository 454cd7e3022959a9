import { existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { startOrigin } from '@floodgate/testing'
import { load } from './support/load.ts'
import { startCommand, type Started } from './support/start-command.ts'

const limit = { timeout: 180_000 }

/** A gateway whose next configuration is built until `open` is called: its script waits for a file. */
async function start (t: Test, workers: number | null) {
  const held: (() => void)[] = []
  const origin = await startOrigin(t, ({ url }, response) => {
    const answer = (): void => { response.setHeader('content-type', 'application/json').end(`{"url":"${url}"}`) }
    if (url === '/held') held.push(answer)
    else answer()
  })
  const dir = t.testdir({})
  const file = join(dir, 'krakend.json')
  const write = (round: number, extra: object = {}) => {
    const pass = (endpoint: string, pattern: string) => ({ endpoint, output_encoding: 'no-op', backend: [{ host: [origin.url], url_pattern: pattern }] })
    writeFileSync(`${file}.new`, JSON.stringify({
      version: 3,
      listen_ip: '127.0.0.1',
      timeout: '60s',
      extra_config: { router: { disable_access_log: true } },
      endpoints: [pass('/kept', '/kept'), pass('/held', '/held'), { ...pass('/round', `/round/${round}`), extra_config: extra }]
    }))
    renameSync(`${file}.new`, file)
  }
  write(0)
  const gate = join(dir, 'gate')
  writeFileSync(join(dir, 'gate.mjs'), `
    import { existsSync, writeFileSync } from 'node:fs'
    import { setTimeout } from 'node:timers/promises'
    writeFileSync(${JSON.stringify(join(dir, 'begun-'))} + process.pid, '')
    while (!existsSync(${JSON.stringify(gate)})) await setTimeout(10)
    export default { response () {} }
  `)
  const command = startCommand(t, ['run', '-p', '0', '-c', file, ...workers === null ? [] : ['--workers', String(workers)]])
  const [, url] = await command.said(/listening on (http:\/\/127\.0\.0\.1:\d+)/)
  return {
    command,
    url: url!,
    /** Answers to requests that the backend has not answered yet. */
    held,
    /** Requests the next configuration, and resolves when so many processes build it. */
    async begin (round: number, processes: number) {
      write(round, { 'floodgate.script': { module: join(dir, 'gate.mjs') } })
      command.kill('SIGHUP')
      while (readdirSync(dir).filter((name) => name.startsWith('begun-')).length < processes) await new Promise(setImmediate)
      t.notOk(existsSync(gate))
    },
    open () { writeFileSync(gate, '') },
    round: async () => ((await (await fetch(`${url}/round`, { headers: { connection: 'close' } })).json()) as { url: string }).url
  }
}

const workerOf = (command: Started, id: number): number =>
  Number([...command.output.matchAll(new RegExp(`worker ${id} \\(process (\\d+)\\) serves`, 'g'))].at(-1)![1])

t.test('run: a worker that is killed while a reload runs does not prevent it, and its replacement serves the result', limit, async (t) => {
  const { command, url, begin, open, round } = await start(t, 3)
  while ((command.output.match(/worker \d \(process \d+\) serves/g) ?? []).length < 3) await command.next()
  const asking = load(url, '/kept', (status, body) => status === 200 && body === '{"url":"/kept"}')
  await begin(1, 3)
  process.kill(workerOf(command, 1), 'SIGKILL')
  await command.said(/worker 1 \(process \d+\) ended with SIGKILL: its replacement starts now/)
  t.equal(await round(), '/round/0', 'nothing is swapped yet')
  open()
  await command.said(/configuration reloaded/)
  while ((command.output.match(/worker 1 \(process \d+\) serves/g) ?? []).length < 2) await command.next()
  for (let i = 0; i < 12; i++) t.equal(await round(), '/round/1')
  const before = asking.count
  while (asking.count < before + 100) await new Promise(setImmediate)
  const wrong = await asking.stop()
  t.ok(wrong.length <= 8, `only what the killed worker had: ${wrong.join('; ')}`)
  t.same(wrong.filter((line) => !/socket hang up|ECONNRESET/.test(line)), [])
  t.notMatch(command.output, /not reloaded|previous configuration/)
})

t.test('run: a worker that is killed with a reload done is replaced by one that serves its result', limit, async (t) => {
  const { command, begin, open, round } = await start(t, 2)
  await begin(1, 2)
  open()
  await command.said(/configuration reloaded/)
  for (const id of [1, 2]) {
    const pid = workerOf(command, id)
    process.kill(pid, 'SIGKILL')
    await command.said(new RegExp(`worker ${id} \\(process ${pid}\\) ended with SIGKILL[^]*worker ${id} \\(process \\d+\\) serves`))
    for (let i = 0; i < 6; i++) t.equal(await round(), '/round/1')
  }
})

for (const workers of [null, 2]) {
  t.test(`run: SIGTERM while a reload runs, ${workers === null ? 'alone' : `in ${workers} workers`}: no request fails, and the reload is given up without an error`, limit, async (t) => {
    const { command, url, held, begin, open } = await start(t, workers)
    const answers = Array.from({ length: 16 }, async () => (await fetch(`${url}/held`)).text())
    while (held.length < answers.length) await new Promise(setImmediate)
    await begin(1, workers ?? 1)
    command.kill('SIGTERM')
    await command.said(/closing: running requests may finish/)
    open()
    await command.said(/the configuration is not reloaded: the gateway stops/)
    for (const answer of held) answer()
    t.same(new Set(await Promise.all(answers)), new Set(['{"url":"/held"}']))
    t.same(await command.ended, { status: 0, signal: null })
    t.notMatch(command.output, /ERROR|configuration reloaded/)
  })
}
