#!/usr/bin/env node
// Runs the tests on several versions of Node and of undici, each pair in a clone of the last commit:
// `pnpm test:matrix [--node 20,22,24] [--undici 7,8] [PATH…]`. What is not there is installed into a temporary folder.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'

const root = path.resolve(import.meta.dirname, '../..')
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { node: { type: 'string', default: '20,22,24' }, undici: { type: 'string', default: '7,8' } }
})
/** The first version of Node that a major version of undici loads on. */
const needs = { 8: 22 }
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'floodgate-matrix-'))
// Tests run its programs as other users as well.
fs.chmodSync(folder, 0o755)
const rows = []

for (const undici of values.undici.split(',')) {
  const clone = path.join(folder, `undici-${undici}`)
  run('git', ['clone', '--quiet', root, clone])
  const workspace = path.join(clone, 'pnpm-workspace.yaml')
  fs.writeFileSync(workspace, fs.readFileSync(workspace, 'utf8').replace(/^( {2}undici: ).*$/m, (line, key) => line.includes(`${undici}.`) || line.endsWith(`^${undici}`) ? line : `${key}^${undici}`))
  run('npx', ['-y', 'pnpm@10', 'install', '--no-frozen-lockfile', '--silent'], { cwd: clone })
  for (const version of values.node.split(',')) {
    if (Number(version) < (needs[undici] ?? 0)) { rows.push(`Node ${version}, undici ${undici}: does not load`); continue }
    const node = findNode(version)
    const exact = run(node, ['--version']).trim()
    const tests = spawnSync(node, ['test/runner/run.mjs', ...positionals], { cwd: clone, env: { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}` }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 30 })
    console.log(`\nNode ${exact}, undici ${undici}\n${tests.stdout}`)
    rows.push(`Node ${exact}, undici ${undici}: ${/^\d+ passed.*$/m.exec(tests.stdout)?.[0] ?? 'no result'}`)
    if (tests.status !== 0) process.exitCode = 1
  }
}
fs.rmSync(folder, { recursive: true, force: true })
console.log(rows.join('\n'))

/** The running Node, where it is of that version; else one from the registry: its packages hold the program itself. */
function findNode (version) {
  if (process.versions.node.split('.', 1)[0] === version) return process.execPath
  const home = path.join(folder, `node-${version}`)
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefix', home, `${name}@${version}`])
  return path.join(home, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
}

function run (command, args, options = {}) {
  const { status, stdout, error } = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], ...options })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed`, { cause: error })
  return stdout
}
