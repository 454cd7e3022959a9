#!/usr/bin/env node
// The one test command: `pnpm test` checks types, builds and runs all tests; `pnpm test PATH…` runs what is below the
// paths, and builds only where that needs the built command. --long runs long forms (fuzzers, soak, scale), and those
// tests too that are nothing else (`*.long.test.ts`); --list names what would run.
import { spawnSync } from 'node:child_process'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { groupTests } from './groups.mjs'
import { Report } from './report.mjs'
import { runGroup } from './run-group.mjs'

const root = path.resolve(import.meta.dirname, '../..')
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { jobs: { type: 'string', default: String(Math.min(os.availableParallelism(), 4)) }, list: { type: 'boolean', default: false }, long: { type: 'boolean', default: false } }
})

const { long } = options
if (long) process.env.FLOODGATE_LONG = '1'
const groups = groupTests(root, { paths: positionals.map((given) => path.resolve(given)), long })
if (groups.length === 0) fail(`there are no tests below ${positionals.join(', ')}`)
if (options.list) {
  for (const { name, files } of groups) console.log(`${name}\n${files.map((file) => `  ${path.relative(root, file)}\n`).join('')}`)
} else {
  if (positionals.length === 0) run('node_modules/typescript/bin/tsc', '-p', 'test')
  if (groups.some(({ built }) => built)) run('scripts/build.mjs')
  const report = new Report()
  const waiting = [...groups]
  await Promise.all(Array.from({ length: Math.max(1, Number(options.jobs)) }, async () => {
    for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) report.add(await runGroup(root, group))
  }))
  process.exitCode = report.end()
}

function run (script, ...args) {
  const { status } = spawnSync(process.execPath, [path.join(root, script), ...args], { cwd: root, stdio: 'inherit' })
  if (status !== 0) fail(`${[script, ...args].join(' ')} failed`)
}

function fail (message) {
  console.error(message)
  process.exit(1)
}
