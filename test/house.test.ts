import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'

const root = path.resolve(import.meta.dirname, '..')
const packages = fs.readdirSync(path.join(root, 'packages')).filter((name) => fs.existsSync(path.join(root, 'packages', name, 'src')))

/** Folders of sources, from `packages/NAME/src` down. */
function * foldersBelow (folder: string): Generator<string> {
  yield folder
  for (const entry of fs.readdirSync(path.join(root, folder), { withFileTypes: true })) if (entry.isDirectory()) yield * foldersBelow(path.join(folder, entry.name))
}

// ESLint holds the size of files (max-lines).
t.test('house: no folder of sources has more than 16 files', (t) => {
  for (const folder of packages.flatMap((name) => [...foldersBelow(path.join('packages', name, 'src'))])) {
    const count = fs.readdirSync(path.join(root, folder), { withFileTypes: true }).filter((entry) => entry.isFile()).length
    t.ok(count <= 16, `${folder}: ${count} files`)
  }
  t.end()
})

t.test('house: every package has a README, sources and a test', (t) => {
  for (const name of packages) {
    t.ok(fs.existsSync(path.join(root, 'packages', name, 'README.md')) || name === 'testing', `${name}: README`)
    t.ok(fs.existsSync(path.join(root, 'packages', name, 'test')) || name === 'testing', `${name}: test`)
  }
  t.end()
})
