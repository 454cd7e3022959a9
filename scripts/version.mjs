// Gives all packages their next version: `changeset version` reads the files in .changeset/ and deletes them, then the
// section "Unreleased" of CHANGELOG.md gets the version and the date, and an empty one is put above it.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { listPackages } from './packages.mjs'

const root = path.resolve(import.meta.dirname, '..')
const before = versionOf()
execFileSync('pnpm', ['exec', 'changeset', 'version'], { cwd: root, stdio: 'inherit' })
const version = versionOf()
if (version === before) throw new Error('There is no changeset in .changeset/: `pnpm changeset` writes one.')

const file = path.join(root, 'CHANGELOG.md')
const changelog = fs.readFileSync(file, 'utf8')
if (!changelog.includes('\n## Unreleased\n')) throw new Error('CHANGELOG.md has no section "## Unreleased".')
fs.writeFileSync(
  file,
  changelog.replace('\n## Unreleased\n', () => `\n## Unreleased\n\n## ${version} (${new Date().toISOString().slice(0, 10)})\n`)
)
console.log(`${before} -> ${version}: look at \`git diff\`, then commit.`)

function versionOf () {
  return listPackages().find(({ manifest }) => manifest.name === 'floodgate').manifest.version
}
