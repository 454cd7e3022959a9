// Packs every publishable package into tarballs/, checks the tarballs, and tries `pnpm publish` without publishing.
//
//   pnpm release               all of it; publishes nothing
//   pnpm tarballs              only packs (`--pack`), to install the packages elsewhere before they are published
//   pnpm release --publish     the same as `pnpm release`, and then publishes
//
// --repository https://…       the address that each package names (scripts/address.mjs); default: that of the root's package.json or of git
//
// CONTRIBUTING.md, "Releases", describes the steps before and after.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { findPage, requirePage } from './address.mjs'
import { checkTarball, listPackages, pack, packingOptions } from './packages.mjs'

const root = path.resolve(import.meta.dirname, '..')
const { values: options } = parseArgs(
  {
    options: {
      pack: { type: 'boolean', default: false },
      publish: { type: 'boolean', default: false },
      repository: { type: 'string' }
    }
  }
)
const tarballs = path.join(root, 'tarballs')
const packages = listPackages()

requireOneVersion()
const page = findPage(options.repository)
if (options.publish) requirePage(page)
step(page === null ? 'the packages will not say where they come from: there is no address' : `the packages come from ${page}`)
step('building')
command('pnpm', ['build'])

step(`packing ${packages.length} packages into tarballs/`)
fs.rmSync(tarballs, { recursive: true, force: true })
fs.mkdirSync(tarballs)
const packed = []
for (const { folder } of packages) packed.push(await pack(folder, tarballs, page))
if (!options.pack) {
  step('checking each tarball with publint and attw')
  for (const tarball of packed) {
    await checkTarball(tarball)
    console.log(`  ${path.basename(tarball)}`)
  }
  step('installing the tarballs with npm, importing, requiring and compiling against each')
  command(process.execPath, ['test/runner/run.mjs', 'test/packages.test.ts'])
  step('pnpm publish --dry-run')
  publish(['--dry-run'])
  if (options.publish) {
    step('publishing')
    publish([])
  }
}
console.log(options.publish ? '\nPublished.' : '\nNothing was published.')

/** All packages have one version: a release that mixes versions has a package that was forgotten. */
function requireOneVersion () {
  const versions = new Set(packages.map(({ manifest }) => manifest.version))
  if (versions.size > 1) {
    throw new Error(`The packages have different versions (${[...versions].join(', ')}): run \`pnpm changeset version\` first.`)
  }
}

/** `--no-git-checks` only for the dry run: publishing itself requires a clean checkout of the main branch. */
function publish (flags) {
  const { flags: adding, env } = packingOptions(page)
  command(
    'pnpm',
    [...adding, '--recursive', '--filter', './packages/*', 'publish', '--access', 'public', ...flags, ...flags.length > 0 ? ['--no-git-checks'] : []],
    { ...process.env, FLOODGATE_ADDRESSES: env.FLOODGATE_ADDRESSES }
  )
}

function command (name, args, env = process.env) {
  execFileSync(name, args, { cwd: root, stdio: 'inherit', env })
}

function step (text) {
  console.log(`\n${text}`)
}
