import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { formatProblems } from '@floodgate/config-loader'
import { checkConfiguration, type Problem } from '@floodgate/inspect/check'
import { pinsOf, writeCertificates } from './conformance/certificates.ts'
import { addressesOf } from './conformance/run-suite.ts'
import { readSuites, type Suite, type Trial } from './conformance/suite.ts'

// `check` says of each configuration what a start would: no false alarm where the gateway starts, an error where it
// must not. The servers need not run for that.
const work = t.testdir()
const certs = writeCertificates(work)

// Suites of namespaces that are not implemented yet, and guard, decide or replace.
const needed = /^(?:graphql|lua-|martian|module-order)/
const toCome = /^(?:backend\/graphql|modifier\/(?:lua-|martian))/

for (const folder of ['client', 'own-client', 'gateway']) {
  t.test(`check: agrees with a start on every suite of ${folder}`, { timeout: 300_000 }, async (t) => {
    for (const [name, suite] of readSuites(folder)) {
      for (const trial of suite.startups ?? (suite.startup ? [suite.startup] : [{ starts: true }])) {
        const { file, env } = write(name, suite, trial)
        const errors = (await checkConfiguration(file, { env })).filter(({ severity }) => severity === 'error')
        const title = `${name}${trial.name === undefined ? '' : `: ${trial.name}`}`
        if (trial.starts && needed.test(name)) {
          t.ok(errors.every(({ unsupported }) => unsupported?.outcome === 'stops' && toCome.test(unsupported.name)), `${title} stops for what is to come, and for nothing else`)
          const allowed = await checkConfiguration(file, { env, allowUnsupported: errors.map(({ unsupported }) => unsupported!.name) })
          t.strictSame(allowed.filter(({ severity }) => severity === 'error').map(({ message }) => message), [], `${title} starts when that is allowed`)
        } else if (trial.starts) t.strictSame(errors.map(({ message }) => message), [], `${title} starts`)
        else t.not(errors.length, 0, `${title} must not start`)
        for (const problem of errors) t.ok(tellsHowToGoOn(problem), `${title}: says how to go on: ${formatProblems([problem], { audience: 'command' })}`)
      }
    }
  })
}

/** What to write instead, or what is expected; of what is not supported, a line to copy that starts without it. */
function tellsHowToGoOn (problem: Problem): boolean {
  if (problem.unsupported === undefined) return problem.instead !== null || /must be|is expected|expected a |has only/.test(problem.message)
  return formatProblems([problem], { audience: 'command' }).includes(`--allow-unsupported ${problem.unsupported.name}`)
}

t.test('check -l: the examples follow the published schema', async (t) => {
  const examples = path.resolve(import.meta.dirname, '../examples')
  for (const example of fs.readdirSync(examples)) {
    const file = path.join(examples, example, 'krakend.json')
    if (!fs.existsSync(file)) continue
    const problems = await checkConfiguration(file, { env: {}, strict: true, cwd: path.dirname(file) })
    // Their certificates are made when they start, and features read files relative to the process.
    t.strictSame(problems.filter(({ severity, code }) => severity === 'error' && code !== 'unreadable-file' && code !== 'unusable-file').filter(({ message }) => !/\bthere is no (?:such file|folder)\b/.test(message)).map(({ message }) => message), [], example)
  }
})

/** Writes a suite's configuration with its placeholders filled, and tells the environment it runs in. */
function write (name: string, suite: Suite, trial: Trial): { file: string, env: Record<string, string> } {
  const files = path.join(work, name)
  const addresses: Record<string, string> = { certs, files, 'gateway.port': '20000', ...pinsOf(certs) }
  for (const [i, [server, { kind, tls }]] of Object.entries(suite.servers ?? {}).entries()) {
    Object.assign(addresses, addressesOf(server, kind === 'proxy' && tls ? 'https' : kind, 20001 + i))
  }
  const fill = (text: string) => text.replace(/\{\{([\w.-]+)\}\}/g, (all, key) => addresses[key] ?? all)
  fs.mkdirSync(files, { recursive: true })
  for (const [file, content] of Object.entries(suite.files ?? {})) fs.writeFileSync(path.join(files, file), fill(typeof content === 'string' ? content : JSON.stringify(content, null, 2)))
  const text = trial.configText ?? suite.configText ?? JSON.stringify({ version: 3, port: 20000, ...(trial.config ?? suite.config) }, null, 2)
  const file = path.join(work, `${name}.json`)
  fs.writeFileSync(file, fill(text.replace(/"\{\{num:([\w.-]+)\}\}"/g, '{{$1}}').replaceAll('"{{value}}"', () => JSON.stringify(trial.value ?? null))))
  return { file, env: Object.fromEntries(Object.entries(suite.env ?? {}).map(([key, value]) => [key, fill(value)])) }
}
