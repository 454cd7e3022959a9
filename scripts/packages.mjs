// The publishable packages of this repository: listed, packed and checked. Used by scripts/release.mjs and test/packages.test.ts.
import { execFile } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { addressesOf } from './address.mjs'

const run = promisify(execFile)
const root = path.resolve(import.meta.dirname, '..')

/** The environment for package managers: without what a test runner or an outer package manager sets. */
export const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(NODE_OPTIONS|NODE_V8_COVERAGE|TAP|TS_NODE|npm_|pnpm_)/i.test(name))
)

/** Lists every package of `packages/` that is not private, as its folder and its manifest. */
export function listPackages () {
  return listWorkspacePackages().filter(({ manifest }) => !manifest.private)
}

/** Lists every package of `packages/`, the private one too. */
export function listWorkspacePackages () {
  return fs.readdirSync(path.join(root, 'packages'))
    .map((name) => path.join(root, 'packages', name))
    .filter((folder) => fs.existsSync(path.join(folder, 'package.json')))
    .map((folder) => ({ folder, manifest: JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')) }))
}

/**
 * What `pnpm pack` and `pnpm publish` need to write `repository`, `bugs` and `homepage` into each manifest.
 *
 * @param page the project's page, of scripts/address.mjs; null = none is written
 */
export function packingOptions (page) {
  if (page === null) return { flags: [], env: environment }
  return {
    flags: [`--config.pnpmfile=${path.join(import.meta.dirname, 'pnpm-hooks.cjs')}`],
    env: { ...environment, FLOODGATE_ADDRESSES: JSON.stringify(addressesOf(page, listPackages())) }
  }
}

/** Packs the package in `folder` with pnpm, which replaces `workspace:` and `catalog:` ranges; resolves to the tarball's path. */
export async function pack (folder, destination, page = null) {
  const { flags, env } = packingOptions(page)
  const { stdout } = await run('pnpm', [...flags, 'pack', '--json', '--pack-destination', destination], { cwd: folder, env })
  return JSON.parse(stdout).filename
}

/**
 * Checks a tarball with publint and with attw (types for ESM), and that it holds no state of the compiler; rejects
 * with what they print.
 */
export async function checkTarball (tarball) {
  const options = { cwd: path.dirname(tarball), env: environment }
  const bin = (name) => path.join(root, 'node_modules/.bin', name)
  const problems = []
  for (const [name, args] of [['publint', [tarball, '--strict']], ['attw', [tarball, '--profile', 'esm-only', '-q']]]) {
    await run(bin(name), args, options).catch((err) => { problems.push(`${name}: ${err.stdout}${err.stderr}`) })
  }
  const { stdout } = await run('tar', ['-tzf', tarball], options)
  const state = stdout.split('\n').filter((file) => file.endsWith('.tsbuildinfo'))
  if (state.length > 0) problems.push(`holds the compiler's state: ${state.join(', ')}`)
  if (problems.length > 0) throw new Error(`${path.basename(tarball)}: ${problems.join('\n')}`)
}
