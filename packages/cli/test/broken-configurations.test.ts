import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import { startOrigin } from '@floodgate/testing'
import { brokenConfigurations, environment, valid, type Files } from './support/broken-configurations.ts'
import { load } from './support/load.ts'
import { runCommand } from './support/run-command.ts'
import { startCommand } from './support/start-command.ts'

/** Paths of sockets are short. */
function folder (t: Test): string {
  const dir = mkdtempSync(join(tmpdir(), 'floodgate-'))
  t.teardown(() => { rmSync(dir, { recursive: true }) })
  return dir
}

function write (dir: string, files: Files): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(dir, name)
    mkdirSync(dirname(path), { recursive: true })
    if (content === null) rmSync(path)
    else writeFileSync(path, content)
  }
}

/** What `check` says about a file, without its summary. */
async function check (file: string, env: Record<string, string>): Promise<string> {
  Object.assign(process.env, env)
  try {
    const { code, err, out } = await runCommand('check', '-c', file)
    return `${code}\n${err}${out}`
  } finally {
    for (const name of Object.keys(env)) delete process.env[name]
  }
}

for (const workers of [null, 4]) {
  t.test(`run: 50 broken configurations change nothing, and each is told once, ${workers === null ? 'alone' : `in ${workers} workers`}`, { timeout: 300_000 }, async (t) => {
    const dir = folder(t)
    const origin = await startOrigin(t, (request, response) => { response.setHeader('content-type', 'application/json').end(`{"url":"${request.url}"}`) })
    const files = valid(dir, origin.url)
    write(dir, files)
    const [file, socket, env] = [join(dir, 'krakend.tmpl'), join(dir, 's.sock'), environment(dir)]
    const command = startCommand(t, ['run', '-p', '0', '-c', file, '--control', socket, ...workers === null ? [] : ['--workers', String(workers)]], env)
    const [, url] = await command.said(/listening on (http:\/\/127\.0\.0\.1:\d+)/)
    const status = async () => JSON.parse((await runCommand('status', '--control', socket, '--json')).out) as Record<string, unknown>
    const before = await status()
    const told = () => command.output.match(/configuration not reloaded/g)?.length ?? 0
    const broken = brokenConfigurations(dir, origin.url, origin.port)
    const loads = [
      load(url!, '/kept', (status, body) => status === 200 && body === '{"url":"/kept"}'),
      load(url!, '/limited', (status, body) => status === 200 && body === '{"url":"/limited"}')
    ]

    let refused = 0
    for (const { name, files: changed } of broken) {
      write(dir, changed)
      const { code, out, err } = await runCommand('reload', '--control', socket)
      t.same([code, out], [1, ''], `${name}: ${err}`)
      const said = err.split('\nfloodgate: not reloaded')[0]!
      // A check neither opens ports nor runs scripts.
      if (!/^a port for metrics|throws/.test(name)) t.match(await check(file, env), `1\n${said}`, name)
      if (code === 1) refused++
      while (told() < refused) await command.next()
      write(dir, Object.fromEntries(Object.keys(changed).map((path) => [path, files[path]!])))
    }

    t.same((await Promise.all(loads.map((one) => one.stop()))).flat(), [], command.output.split('\n').filter((line) => /failed/.test(line)).slice(0, 5).join('\n'))
    t.equal(broken.length, 50)
    t.equal(told(), broken.length, 'each is told once')
    t.notMatch(command.output, /configuration reloaded/)
    t.same(await status(), { ...before, reloads: { success: 0, failure: broken.length } }, 'the same processes serve the same configuration')
    t.match(await runCommand('reload', '--control', socket), { code: 0, err: '' }, 'and it can still be replaced')
  })
}
