import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import t, { type Test } from 'tap'
import { startOrigin, writeFiles } from '@floodgate/testing'
import { auditCodes, exitCodes } from '../src/exit-codes.ts'
import { runCommand } from './support/run-command.ts'
import { startCommand, type Started } from './support/start-command.ts'

const limit = { timeout: 300_000 }
const bin = path.resolve(import.meta.dirname, '../dist/bin.js')

/** Lets a signal bring about a fault that nobody catches. */
const faulty = ['--import', `data:text/javascript,${encodeURIComponent(`
  process.on('SIGUSR2', () => { setImmediate(() => { throw new Error('injected exception') }) })
  process.on('SIGPIPE', () => { Promise.reject(new Error('injected rejection')) })
  process.on('SIGWINCH', () => { Promise.reject(null) })
`)}`]

async function start (t: Test, { workers = null, root = {}, endpoint = {}, listener = (_, response) => { response.end('ok') }, nodeOptions = [], env = {} }: { workers?: number | null, root?: object, endpoint?: object, listener?: http.RequestListener, nodeOptions?: string[], env?: NodeJS.ProcessEnv } = {}) {
  const origin = await startOrigin(t, listener)
  const configuration = { version: 3, listen_ip: '127.0.0.1', timeout: '30s', endpoints: [{ endpoint: '/a', output_encoding: 'no-op', backend: [{ host: [origin.url], url_pattern: '/' }], ...endpoint }], ...root }
  const dir = t.testdir({ 'krakend.json': JSON.stringify(configuration) })
  const file = `${dir}/krakend.json`
  const command = startCommand(t, ['run', '-p', '0', '-c', file, ...workers === null ? [] : ['--workers', String(workers)]], env, nodeOptions)
  const [, url] = await command.said(/listening on (http:\/\/127\.0\.0\.1:\d+)/) as unknown as [string, string]
  if (workers !== null) await command.said(new RegExp(`(?:worker \\d \\(process \\d+\\) serves[^]*){${workers}}`))
  return { origin, command, url, file, dir, configuration }
}

function pidsOf ({ output }: Started): number[] {
  return [...output.matchAll(/worker \d+ \(process (\d+)\) serves/g)].map(([, pid]) => Number(pid))
}

async function get (url: string, agent?: http.Agent): Promise<{ status: number, body: string, headers: http.IncomingHttpHeaders }> {
  const request = http.get(url, { agent: agent ?? false })
  const [response] = await once(request, 'response') as [http.IncomingMessage]
  let body = ''
  for await (const chunk of response.setEncoding('utf8')) body += chunk
  return { status: response.statusCode!, body, headers: response.headers }
}

/** Waits until something holds that nothing tells of. */
async function until (holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!await holds()) await new Promise((resolve) => setTimeout(resolve, 20))
}

function isAlive (pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

for (const [fault, signal] of [['exception', 'SIGUSR2'], ['rejection', 'SIGPIPE']] as const) {
  t.test(`run: an ${fault} that nobody caught is told once, takes no connection more, lets requests finish, and ends with 70`, limit, async (t) => {
    let answer = (): void => {}
    const { command, url, origin } = await start(t, { nodeOptions: faulty, listener: (_, response) => { answer = () => { response.end('late') }; origin.server.emit('asked') } })
    const asked = once(origin.server, 'asked')
    const running = get(`${url}/a`)
    await asked
    command.kill(signal)
    await command.said(new RegExp(`injected ${fault}`))
    await until(async () => await get(`${url}/a`).then(() => false, ({ code }) => code === 'ECONNREFUSED'))
    command.kill(signal)
    answer()
    t.match(await running, { status: 200, body: 'late' })
    t.match(await command.ended, { status: 70, signal: null })
    t.equal(command.output.match(new RegExp(`: [^\n]*ends with 70[^\n]*injected ${fault}[^\n]* at `, 'g'))?.length, 1, command.output)
  })
}

t.test('run: a rejection with null, and a request that never ends, end with 70 as well', limit, async (t) => {
  const { command, url, origin } = await start(t, { nodeOptions: faulty, listener: () => { origin.server.emit('asked') } })
  const asked = once(origin.server, 'asked')
  const gone = get(`${url}/a`).then(() => null, (error: unknown) => error)
  await asked
  command.kill('SIGWINCH')
  t.match(await command.ended, { status: 70 })
  t.ok(await gone)
})

t.test('run: a fault in a worker ends it with 70, and it is replaced', limit, async (t) => {
  const { command, url } = await start(t, { nodeOptions: faulty, workers: 2 })
  const [first] = pidsOf(command)
  process.kill(first!, 'SIGUSR2')
  await command.said(/worker 1 \(process \d+\) ended with status 70: its replacement starts now/)
  await command.said(/worker 1 \(process \d+\) serves[^]*worker 1 \(process \d+\) serves/)
  for (let i = 0; i < 4; i++) t.equal((await get(`${url}/a`)).status, 200)
})

t.test('run: a fault in the primary ends it with 70, and its workers with it', limit, async (t) => {
  const { command } = await start(t, { nodeOptions: faulty, workers: 2 })
  command.kill('SIGUSR2')
  t.match(await command.ended, { status: 70 })
  t.match(command.output, /injected exception/)
  await until(async () => !pidsOf(command).some(isAlive))
})

t.test('run: workers are gone with a primary that is killed', limit, async (t) => {
  const { command } = await start(t, { workers: 2 })
  command.kill('SIGKILL')
  await until(async () => !pidsOf(command).some(isAlive))
})

const versions: { [kind: string]: (file: string, url: string) => { content: (answer: string) => string, env: NodeJS.ProcessEnv } } = {
  JSON: (_, url) => ({ content: (answer) => JSON.stringify({ version: 3, listen_ip: '127.0.0.1', endpoints: [{ endpoint: '/a', backend: [{ host: [url], url_pattern: '/', extra_config: {} }], extra_config: { proxy: { static: { strategy: 'always', data: { answer } } } } }] }), env: {} }),
  template: (_, url) => ({ content: (answer) => `{{ $answer := "${answer}" }}` + JSON.stringify({ version: 3, listen_ip: '127.0.0.1', endpoints: [{ endpoint: '/a', backend: [{ host: [url], url_pattern: '/' }], extra_config: { proxy: { static: { strategy: 'always', data: { answer: 'ANSWER' } } } } }] }).replace('ANSWER', '{{ $answer }}'), env: { FC_ENABLE: '1' } }),
  'text with variables': (_, url) => ({ content: (answer) => JSON.stringify({ version: 3, listen_ip: '127.0.0.1', endpoints: [{ endpoint: '/a', backend: [{ host: ['${UPSTREAM}'], url_pattern: '/' }], extra_config: { proxy: { static: { strategy: 'always', data: { answer } } } } }] }), env: { FLOODGATE_ENV_SUBSTITUTION: '1', UPSTREAM: url } }) // eslint-disable-line no-template-curly-in-string
}
for (const [kind, version] of Object.entries(versions)) {
  t.test(`run: a replacement serves what the others serve, whatever has become of the file: ${kind}`, limit, async (t) => {
    const origin = await startOrigin(t, (_, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end('{}') })
    const file = `${t.testdir({})}/krakend.json`
    const { content, env } = version(file, origin.url)
    fs.writeFileSync(file, content('first'))
    const command = startCommand(t, ['run', '-p', '0', '-c', file, '--workers', '2'], env)
    const [, url] = await command.said(/listening on (http:\/\/127\.0\.0\.1:\d+)/) as unknown as [string, string]
    await command.said(/(?:worker \d \(process \d+\) serves[^]*){2}/)
    for (const [n, text] of [content('second'), '{ broken', null].entries()) {
      if (text === null) fs.rmSync(file)
      else fs.writeFileSync(file, text)
      const pid = pidsOf(command).at(-1)!
      process.kill(pid, 'SIGKILL')
      await command.said(new RegExp(`(?:worker \\d \\(process \\d+\\) serves[^]*){${3 + n}}`))
      for (let i = 0; i < 6; i++) t.match(await get(`${url}/a`), { status: 200, body: '{"answer":"first"}' })
    }
  })
}

/** The extra_config of an endpoint with a script, which each worker runs when it starts; a primary does not. */
function scripted (t: Test, source: string): object {
  const files = writeFiles(t, { 'script.mjs': `${source}\nexport default { response () {} }\n` })
  return { 'floodgate.script': { module: files['script.mjs'] } }
}

t.test('run: a replacement that cannot start ends, is tried again ever later, and serves when that is mended', limit, async (t) => {
  const fault = `${writeFiles(t, { file: '' }).file}.fault`
  const extra = scripted(t, `import { existsSync } from 'node:fs'\nif (existsSync(${JSON.stringify(fault)})) throw new Error('not now')`)
  const { command, url } = await start(t, { workers: 1, endpoint: { extra_config: extra } })
  const [pid] = pidsOf(command)
  fs.writeFileSync(fault, '')
  process.kill(pid!, 'SIGKILL')
  await command.said(/not now/)
  await command.said(/ended with status \d+: its replacement starts in \d+ ms/)
  await command.said(/no worker serves/)
  fs.rmSync(fault)
  await command.said(/serves[^]*process \d+\) serves/)
  t.equal((await get(`${url}/a`)).status, 200)
  command.kill('SIGTERM')
  t.match(await command.ended, { status: 0 })
})

t.test('run: only workers that listen are counted', limit, async (t) => {
  const extra = scripted(t, "import cluster from 'node:cluster'\nif (cluster.worker?.id === 2) throw new Error('not the second one')")
  const endpoint = { endpoint: '/a', extra_config: extra, backend: [{ host: ['http://127.0.0.1:10'], url_pattern: '/' }] }
  const dir = t.testdir({ 'krakend.json': JSON.stringify({ version: 3, listen_ip: '127.0.0.1', endpoints: [endpoint] }) })
  const command = startCommand(t, ['run', '-p', '0', '-c', `${dir}/krakend.json`, '--workers', '2'])
  await command.said(/listening on \S+, 1 of 2 workers\n/)
  command.kill('SIGTERM')
  t.match(await command.ended, { status: 0 })
})

/** Starts the command with a real pipe as its stdout: `reader` reads it never, or is gone. */
async function startOnPipe (t: Test, reader: 'stopped' | 'gone' | 'full disk', argv: string[]) {
  const origin = await startOrigin(t, (_, response) => { response.end('ok') })
  const dir = t.testdir({ 'krakend.json': JSON.stringify({ version: 3, listen_ip: '127.0.0.1', max_shutdown_wait_time: '1s', extra_config: { 'telemetry/logging': { level: 'DEBUG', stdout: true } }, endpoints: [{ endpoint: '/a', output_encoding: 'no-op', backend: [{ host: [origin.url], url_pattern: '/' }] }] }) })
  let out: number
  let read: number | null = null
  if (reader === 'full disk') {
    out = fs.openSync('/dev/full', 'w')
  } else {
    execFileSync('mkfifo', [`${dir}/fifo`])
    read = fs.openSync(`${dir}/fifo`, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
    out = fs.openSync(`${dir}/fifo`, 'w')
  }
  const child = spawn(process.execPath, [bin, 'run', '-p', '0', '-c', `${dir}/krakend.json`, ...argv], { stdio: ['ignore', out, 'pipe'] })
  fs.closeSync(out)
  if (read !== null) {
    const open = read
    if (reader === 'gone') fs.closeSync(open)
    else t.teardown(() => { fs.closeSync(open) })
  }
  const ended = new Promise<number | null>((resolve) => { child.on('exit', resolve) })
  t.teardown(() => { child.kill('SIGKILL') })
  let said = ''
  child.stderr!.setEncoding('utf8').on('data', (text: string) => { said += text })
  await until(async () => /listening on \S+/.test(said))
  return { child, ended, url: /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(said)![1]! }
}

for (const reader of ['stopped', 'gone', 'full disk'] as const) {
  for (const argv of [[], ['--workers', '2']]) {
    t.test(`${['run', ...argv].join(' ')}: serves and ends with 0 although its output goes nowhere: ${reader}`, { ...limit, skip: process.platform !== 'linux' && 'pipes and /dev/full of Linux' }, async (t) => {
      const { child, ended, url } = await startOnPipe(t, reader, argv)
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
      // More lines than a pipe holds.
      for (let i = 0; i < 1500; i++) if ((await get(`${url}/a`, agent)).status !== 200) t.fail(`request ${i}`)
      agent.destroy()
      child.kill('SIGTERM')
      t.equal(await ended, 0)
    })
  }
}

t.test('run: a second signal ends it at once, whatever has become of its output', limit, async (t) => {
  const { child, ended, url } = await startOnPipe(t, 'stopped', [])
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  for (let i = 0; i < 1500; i++) await get(`${url}/a`, agent)
  // Either can be the second one: two threads of the process may take them.
  child.kill('SIGINT')
  child.kill('SIGTERM')
  const code = await ended
  t.ok(code === 130 || code === 143, String(code))
  agent.destroy()
})

t.test('output that cannot be written ends a verb with 74', { ...limit, skip: process.platform !== 'linux' && '/dev/full of Linux' }, async (t) => {
  const dir = t.testdir({ 'krakend.json': JSON.stringify({ version: 3, endpoints: [] }) })
  for (const argv of [['check', '-c', `${dir}/krakend.json`], ['schema'], ['routes', '--json', '-c', `${dir}/krakend.json`]]) {
    const full = fs.openSync('/dev/full', 'w')
    const { status, stderr } = spawnSync(process.execPath, [bin, ...argv], { stdio: ['ignore', full, 'pipe'], encoding: 'utf8' })
    fs.closeSync(full)
    t.equal(status, 74, argv.join(' '))
    t.match(stderr, /the output cannot be written: ENOSPC/)
  }
  // Warnings are what check has to say.
  fs.writeFileSync(`${dir}/doubtful.json`, JSON.stringify({ version: 3, prot: 1, endpoints: [] }))
  const full = fs.openSync('/dev/full', 'w')
  t.equal(spawnSync(process.execPath, [bin, 'check', '-c', `${dir}/doubtful.json`], { stdio: ['ignore', 'ignore', full] }).status, 74, 'messages')
  fs.closeSync(full)
  const child = spawn(process.execPath, [bin, 'schema'], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  const [status] = await once(child, 'exit')
  t.equal(status, 74)
})

t.test('--help lists every exit code', async (t) => {
  const { out } = await runCommand('--help')
  for (const code of [...Object.values(exitCodes), ...Object.values(auditCodes), 130, 143]) t.match(out, new RegExp(`^[ \\d,]*\\b${code}\\b[ \\d,]*  `, 'm'), String(code))
  const run = (await runCommand('run', '--help')).out
  for (const code of [0, 1, 2, 3, 70, 130, 143]) t.match(run, new RegExp(`^ +${code}  `, 'm'), String(code))
})

t.test('workers: a limit\'s question to a primary that hangs has a deadline', { ...limit, skip: process.platform !== 'linux' && 'the state of a process, as Linux tells it' }, async (t) => {
  const { command, url } = await start(t, { workers: 2, endpoint: { extra_config: { 'qos/ratelimit/router': { max_rate: 1000 } } } })
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  t.teardown(() => { agent.destroy() })
  t.equal((await get(`${url}/a`, agent)).status, 200)
  command.kill('SIGSTOP')
  await until(() => /^State:\s+T/m.test(fs.readFileSync(`/proc/${command.pid}/status`, 'utf8')))
  t.equal((await get(`${url}/a`, agent)).status, 503)
  command.kill('SIGCONT')
  await until(async () => (await get(`${url}/a`, agent)).status === 200)
  t.pass('and goes on')
})
