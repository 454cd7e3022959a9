import { execFile } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import t from 'tap'
import { freePort } from '@floodgate/testing'
import { cleanEnvironment } from '../conformance/gateway-process.ts'

const root = path.resolve(import.meta.dirname, '../..')
const [, text] = /^## From an empty folder[^\n]*\n(.*?)^## /ms.exec(fs.readFileSync(path.join(root, 'docs/deploy.md'), 'utf8'))!
const { version } = JSON.parse(fs.readFileSync(path.join(root, 'packages/cli/package.json'), 'utf8')) as { version: string }

type Step = { file: string, content: string } | { command: string, output: string }

/** The files to write and the commands to run, in the order of the page. */
function readSteps (): Step[] {
  const steps: Step[] = []
  for (const [, file, language, block] of text!.matchAll(/(?:<!-- file: (\S+) -->\n)?```(\w+)\n(.*?)```/gs)) {
    if (file !== undefined) steps.push({ file, content: block! })
    if (language === 'console') for (const [, command, output] of block!.matchAll(/^\$ (.*)\n((?:(?!\$ ).*\n)*)/gm)) steps.push({ command: command!, output: output! })
  }
  return steps
}

t.test('docs/deploy.md: from an empty folder to a reload, as it is written', { timeout: 280_000 }, async (t) => {
  const port = await freePort()
  const here = (text: string) => text.replaceAll('8080', String(port))
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'floodgate-'))
  t.teardown(() => { fs.rmSync(folder, { recursive: true, force: true }) })
  const steps = readSteps()
  t.ok(steps.length > 15)
  t.same(steps.filter((step) => 'file' in step).map(({ file }) => file), ['krakend.json'])
  const script = steps.map((step, index) => 'file' in step
    ? `cat > ${step.file} <<'END'\n${here(step.content)}END\n`
    : `echo '@@${index}' >&2\n${here(step.command)}\n`)
  const printed = await new Promise<string>((resolve) => {
    // Both streams in one, as a terminal shows them.
    execFile('bash', ['-c', `exec 2>&1\ntrap 'kill $(jobs -p) 2> kill.log' EXIT\n${script.join('')}`], { cwd: folder, env: { ...cleanEnvironment(), FLOODGATE: root }, timeout: 270_000 }, (_, stdout) => { resolve(stdout) })
  })
  const outputs = new Map([...printed.matchAll(/^@@(\d+)\n((?:(?!@@).*\n?)*)/gm)].map(([, index, output]) => [Number(index), output!]))
  steps.forEach((step, index) => {
    if ('command' in step) t.match(outputs.get(index), expected(here(step.output)), step.command)
  })
})

/** What was printed, whatever the revision, the process, the version, and the column in a line that has the port in it. */
function expected (output: string): RegExp {
  const pattern = output.replace('VERSION', version).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll(/[0-9a-f]{64}/g, '[0-9a-f]{64}').replaceAll(/process \d+/g, 'process \\d+').replaceAll(/krakend\\\.json:9:\d+/g, 'krakend\\.json:9:\\d+').replaceAll(/ +\\\^/g, ' +\\^')
  return new RegExp(`^${pattern}$`)
}
