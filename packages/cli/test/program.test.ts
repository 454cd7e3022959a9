import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { version } from '../src/version.ts'
import { minimal, runCommand, workIn } from './support/run-command.ts'

const bin = path.resolve(import.meta.dirname, '../dist/bin.js')
const verbs = ['run', 'reload', 'status', 'check', 'migrate', 'routes', 'explain', 'probe', 'audit', 'render', 'schema', 'completion', 'version']
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(NODE_OPTIONS|NODE_V8_COVERAGE|TAP|TS_NODE|_TAPJS|KRAKEND_|NO_COLOR|FORCE_COLOR)/i.test(name)))

t.test('help: begins with an example, for each verb too, and without a verb', async (t) => {
  const help = await runCommand('--help')
  t.match(help, { code: 0, err: '' })
  t.match(help.out, /^Examples:\n {2}\$ floodgate check -c krakend\.json\n[^]*Usage: floodgate[^]*Exit codes:\n {2}0 {2}ok\n/)
  t.strictSame(await runCommand(), help)
  for (const verb of verbs) {
    const { code, out } = await runCommand(verb, '--help')
    t.equal(code, 0, verb)
    t.match(out, new RegExp(`^Examples?:\n  \\$ .*floodgate ${verb}[^]*Usage: floodgate ${verb}`), verb)
    t.ok(help.out.includes(`\n  ${verb}`), `${verb} is listed`)
    t.equal((await runCommand('help', verb)).out, out, verb)
  }
})

t.test('usage: what is wrong ends with 2 and says what was meant', async (t) => {
  workIn(t, { 'krakend.json': minimal })
  for (const [argv, says] of [
    [['chekc'], /unknown command 'chekc'\n\(Did you mean check\?\)\n\(see floodgate --help\)/],
    [['check'], /required option '-c, --config <file>' not specified/],
    [['check', '-c', 'krakend.json', '--lnit'], /unknown option '--lnit'\n\(Did you mean --lint\?\)/],
    [['check', '-c', 'krakend.json', '--format', 'xml'], /Allowed choices are text, json, github/],
    [['run', '-c', 'krakend.json', '-p', '70000'], /write a port from 0 to 65535/],
    [['audit', '-c', 'krakend.json', '-f', 'xml'], /write text, json, github, or a Go template/],
    [['audit', '-c', 'krakend.json', '-f', '{{ nobody }}'], /the template of --format cannot be used/],
    [['audit', '-c', 'krakend.json', '-s', 'HUGE'], /write a comma-separated list of CRITICAL, HIGH, MEDIUM and LOW/],
    [['completion', 'tcsh'], /write bash, zsh or fish/]
  ] as const) {
    t.match(await runCommand(...argv), { code: 2, out: '', err: says }, argv.join(' '))
  }
})

t.test('arguments: empty ones are ignored, unless they are the value of an option', async (t) => {
  workIn(t, { 'krakend.json': minimal })
  for (const argv of [['check', '-dc', 'krakend.json', ''], ['', 'check', '', '-d', '', '--config', 'krakend.json', ''], ['check', '-t', '', '-c', 'krakend.json']]) {
    t.match(await runCommand(...argv), { code: 0, out: /OK/ }, argv.join(' '))
  }
  t.match(await runCommand('check', '-dc', ''), { code: 1, err: /\S/ }, 'an empty name of a file is one')
  t.match(await runCommand('run', '-c', 'krakend.json', '-p', ''), { code: 2, err: /write a port from 0 to 65535/ })
})

t.test('version: is printed alone', async (t) => {
  for (const argv of [['version'], ['--version'], ['-v']]) t.strictSame(await runCommand(...argv), { code: 0, out: `${version}\n`, err: '' })
})

t.test('bin: is the same program, built; colours only where they are wanted', { timeout: 60_000 }, async (t) => {
  const dir = workIn(t, { 'krakend.json': { ...minimal, prot: 1 } })
  const run = async (argv: string[], env: NodeJS.ProcessEnv = {}) => {
    const { code = 0, stdout, stderr } = await promisify(execFile)(process.execPath, [bin, ...argv], { cwd: dir, env: { ...environment, ...env } }).then((ran) => ({ code: 0, ...ran }), (err) => err)
    return { code, out: stdout as string, err: stderr as string }
  }
  t.strictSame(await run(['check', '-l', '-c', 'krakend.json']), await runCommand('check', '-l', '-c', 'krakend.json'))
  t.match(await run(['check', '-c', 'krakend.json'], { FORCE_COLOR: '1' }), { code: 0, out: 'Syntax OK!\n', err: '\u001b[33mwarning' })
  t.notMatch((await run(['check', '--no-color', '-c', 'krakend.json'], { FORCE_COLOR: '1' })).err, '\u001b[')
  t.match(await run(['version']), { code: 0, out: `${version}\n`, err: '' })
})
