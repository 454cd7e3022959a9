import { execFile } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { cleanEnvironment } from '../conformance/gateway-process.ts'
import { readRecordings } from './recording.ts'

const script = path.join(import.meta.dirname, 'run.mjs')
const standIn = path.join(import.meta.dirname, 'stand-in.mjs')

/** Runs `pnpm test:differential` with arguments. */
async function run (args: string[], env: Record<string, string> = {}): Promise<{ code: number, stdout: string, stderr: string }> {
  return await promisify(execFile)(process.execPath, [script, ...args], { env: { ...cleanEnvironment(), ...env }, maxBuffer: 64 << 20 }).then((ran) => ({ code: 0, ...ran }), (err) => err)
}

t.test('made-up cases are answered alike by the command, whole and in pieces, and by the plugin', { timeout: 300_000 }, async (t) => {
  const { code, stdout, stderr } = await run(['--seed', '16', '--cases', '12', '--invariants', 'pieces', '--invariants', 'embedded'])
  t.equal(code, 0, stdout.slice(-20_000) + stderr)
  t.match(stdout, /^132 cases, [1-9]\d{2,} requests compared, 0 findings$/m)
})

t.test('and by two workers, and once more', { timeout: 300_000 }, async (t) => {
  const { code, stdout, stderr } = await run(['--seed', '16', '--cases', '12', '--only', 'forwarding', '--invariants', 'again', '--invariants', 'workers'])
  t.equal(code, 0, stdout.slice(-20_000) + stderr)
})

t.test('what was recorded of the reference is what the command does, but for what is wanted', { timeout: 300_000 }, async (t) => {
  const { code, stdout, stderr } = await run(['--suites', 'forward-query'])
  t.equal(code, 0, stdout.slice(-20_000) + stderr)
  t.match(stdout, /^wanted: forward-query-none: /m)
  t.match(stdout, /^[1-9]\d* recorded cases, [1-9]\d* wanted differences, 0 findings$/m)
})

t.test('a program that KRAKEND_BIN names is recorded, and its recordings are replayed without it', { timeout: 300_000 }, async (t) => {
  const folder = path.join(t.testdir(), 'recordings')
  const recorded = await run(['--seed', '3', '--cases', '5', '--only', 'shaping', '--only', 'forwarding', '--record', folder], { KRAKEND_BIN: standIn })
  t.equal(recorded.code, 0, recorded.stdout.slice(-20_000) + recorded.stderr)
  t.match(recorded.stdout, /^the reference: a stand-in$/m)
  const recordings = readRecordings(folder)
  t.equal(recordings.length, 2)
  for (const [name, { program, script, answers }] of recordings) {
    t.strictSame([program, script.cases.length, answers.length], [['a stand-in'], 5, 5], name)
    t.ok(answers.flat().every(({ status, lines, seen }) => status > 0 && lines.length > 0 && seen.every(({ lines }) => lines.length > 0)), name)
  }
  const replayed = await run(['--replay', folder])
  t.equal(replayed.code, 0, replayed.stdout.slice(-20_000) + replayed.stderr)
  t.match(replayed.stdout, /^10 recorded cases, \d+ wanted differences, 0 findings$/m)

  const [file, recording] = recordings[1]!
  recording.answers[0]![0]!.body = '{"another":1}'
  fs.writeFileSync(path.join(folder, file), JSON.stringify(recording))
  const changed = await run(['--replay', folder])
  t.equal(changed.code, 1)
  t.match(changed.stdout, /== shaping 3\/0: body[^]*recorded: "\{\\"another\\":1\}"/)
})

t.test('a program that answers differently is found out, with the smallest case that shows it', { timeout: 300_000 }, async (t) => {
  const { code, stdout } = await run(['--seed', '1', '--cases', '10', '--only', 'shaping', '--findings', '1'], { KRAKEND_BIN: standIn, FLOODGATE_STAND_IN_DROPS: 'group' })
  t.equal(code, 1)
  const [, finding] = stdout.split(/^(?=== )/m)
  t.match(finding, /^== shaping 1\/\d+: body/)
  t.match(finding, /^again: pnpm test:differential --seed 1 --only shaping --from \d+ --cases 1$/m)
  const { endpoints: [endpoint] } = JSON.parse(/^configuration: (.*)$/m.exec(finding!)![1]!)
  t.strictSame(Object.keys(endpoint), ['endpoint', 'backend'])
  t.strictSame(Object.keys(endpoint.backend[0]), ['host', 'url_pattern', 'group'])
  t.match(finding, /^request: \{"path"/m)
  t.match(finding, /^reference: 200 [^]*^floodgate: 200 /m)
})

t.test('arguments that mean nothing are told', async (t) => {
  for (const [args, said] of [[['--only', 'x'], /--only x: write one of routing, /], [['--cases', 'many'], /--cases many: write an integer/], [['--record', 'x'], /KRAKEND_BIN/], [['--invariants', 'x'], /write one of again, /]] as const) {
    const { code, stderr } = await run([...args])
    t.equal(code, 1)
    t.match(stderr, said)
  }
})
