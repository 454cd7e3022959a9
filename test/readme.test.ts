import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import path from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { loadConfiguration } from '@floodgate/gateway'
import { allFeatures } from '@floodgate/gateway/load'
import { cleanEnvironment } from './conformance/gateway-process.ts'

const root = path.resolve(import.meta.dirname, '..')
const read = (file: string) => fs.readFileSync(path.join(root, file), 'utf8')
const readme = read('README.md')
const bin = path.join(root, 'packages/cli/dist/bin.js')

t.test('docs/compatibility.md: the table of namespaces names what is implemented, and nothing else', (t) => {
  const rows = [...read('docs/compatibility.md').matchAll(/^\| (`[a-z][^|]*`) \| ([^|]*) \|$/gm)].filter(([, names]) => /`(floodgate(?:\.script)?|proxy|redis|router|[a-z-]+\/[a-z/-]+)`/.test(names!))
  const named = rows.filter(([, , support]) => /\bworks?\b|ours/.test(support!)).flatMap(([, names]) => [...names!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!))
  const implemented = [...allFeatures().map(({ namespace }) => namespace), 'router', 'backend/http/client']
  t.same([...new Set(named)].toSorted(), [...new Set(implemented)].toSorted())
  t.end()
})

t.test('docs/client-settings.md: its configuration is valid, except for the files that it names', async (t) => {
  const [, config] = /```json\n(.*?)```/s.exec(read('docs/client-settings.md'))!
  await t.rejects(loadConfiguration(JSON.parse(config!)), { code: 'FG_ERR_CONFIG_INVALID' })
  await loadConfiguration(JSON.parse(config!)).catch((err) => {
    const problems: { code: string }[] = err.problems
    t.ok(problems.length >= 3)
    t.ok(problems.filter(({ code }) => code !== 'unreadable-file').length === 0, err.message)
  })
})

t.test('README: the app of the second way in answers as it says', async (t) => {
  const port = await freePort()
  const dir = t.testdir({ 'app.mjs': way('embedded').replaceAll('3000', String(port)), node_modules: t.fixture('symlink', path.join(root, 'test/node_modules')) })
  const answer = await untilServed(start(t, ['app.mjs'], dir), `http://127.0.0.1:${port}/api/greeting`)
  t.equal(await answer.text(), said('/api/greeting'))
})

t.test('README: the commands of the third way in work with its configuration', async (t) => {
  const port = await freePort()
  const dir = t.testdir({ 'krakend.json': way('configuration').replaceAll('8080', String(port)) })
  const commands = way('file').split('\n').flatMap((line) => /^floodgate (.+?) {2,}#/.exec(line)?.[1] ?? [])
  t.match(commands, ['migrate -c krakend.json', 'check -c krakend.json', 'run -c krakend.json'])
  for (const command of commands.slice(0, 2)) {
    await t.resolves(promisify(execFile)(process.execPath, [bin, ...command.split(' ')], { cwd: dir, env: cleanEnvironment() }), command)
  }
  const answer = await untilServed(start(t, [bin, ...commands[2]!.split(' ')], dir), `http://127.0.0.1:${port}/hello/world`)
  t.equal(await answer.text(), said('/hello/world'))
})

t.test('README: the figures of performance are the newest of docs/performance.md', (t) => {
  const [, readmeRow] = /^\|(?:--:\|)+\n\| ([\d.| ]+) \|$/m.exec(readme)!
  const newest = new Map<string, string>()
  for (const [, key, rest] of read('docs/performance.md').split('Other proxies, in one run')[0]!.matchAll(/^\| (W\d) \|(.*)\|$/gm)) {
    const cells = rest!.split('|').map((cell) => cell.trim())
    // The first table has two series, the later one in its fifth column.
    newest.set(key!, cells.length > 5 ? cells[4]! : cells[0]!)
  }
  t.same(readmeRow!.split(' | '), [...newest.values()])
  t.end()
})

t.test('docs and READMEs: links lead to files that exist', (t) => {
  const files = [
    ...fs.readdirSync(root).filter((name) => name.endsWith('.md')),
    ...fs.readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
    ...['packages', 'examples'].flatMap((folder) => fs.readdirSync(path.join(root, folder)).map((name) => `${folder}/${name}/README.md`)),
    'test/attacks/README.md',
    'test/differential/README.md'
  ]
  for (const file of files) {
    for (const [, link] of withoutCode(read(file)).matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)) {
      t.ok(fs.existsSync(path.join(root, path.dirname(file), link!)), `${file}: ${link}`)
    }
  }
  t.end()
})

t.test('READMEs of packages: one sentence, Install, Use, …, Errors, KrakenD keys', (t) => {
  for (const name of fs.readdirSync(path.join(root, 'packages')).filter((name) => name !== 'testing')) {
    const text = read(`packages/${name}/README.md`)
    const sections = [...withoutCode(text).matchAll(/^## (.+)$/gm)].map(([, title]) => title!)
    t.match(text, /^# \S+\n\n[A-Z]/, name)
    t.same([sections[0], sections[1], sections.at(-1)], ['Install', 'Use', 'KrakenD keys'], name)
    const errors = sections.indexOf('Errors')
    t.ok(errors === -1 || /^(?:KrakenD keys|Differences from KrakenD)$/.test(sections[errors + 1]!), `${name}: errors before the keys`)
  }
  t.end()
})

/** The code block of one of the README's ways in. */
function way (name: string): string {
  return new RegExp(`<!-- way: ${name} -->\n\`\`\`\\w+\n(.*?)\`\`\``, 's').exec(readme)![1]!
}

/** The body that the README says a path answers with. */
function said (target: string): string {
  return new RegExp(`${target}\` answers \`([^\`]+)\``).exec(readme)![1]!
}

function withoutCode (text: string): string {
  return text.replace(/^```.*?^```/gms, '')
}

function start (t: Test, args: string[], cwd: string): ChildProcess {
  const child = spawn(process.execPath, args, { cwd, env: cleanEnvironment(), stdio: ['ignore', 'ignore', 'inherit'] })
  const ended = once(child, 'exit')
  t.teardown(async () => {
    child.kill()
    await ended
  })
  return child
}

/** Asks until the process listens. */
async function untilServed (child: ChildProcess, url: string): Promise<Response> {
  for (;;) {
    try {
      return await fetch(url)
    } catch (error) {
      if (child.exitCode !== null) throw new Error(`The process ended with ${child.exitCode}`, { cause: error })
      await new Promise((resolve) => { setTimeout(resolve, 50) })
    }
  }
}

async function freePort (): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
