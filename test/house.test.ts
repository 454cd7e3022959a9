import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { findUntested, listSources } from './house/mirror.ts'
import { findSharedLines } from './house/shared-lines.ts'

const root = path.resolve(import.meta.dirname, '..')
const packages = fs.readdirSync(path.join(root, 'packages')).filter((name) => fs.existsSync(path.join(root, 'packages', name, 'src')))

/** Pairs of files that share more than ten lines, with the reason. */
const sharedFor: readonly { readonly files: readonly [string, string], readonly reason: string }[] = []

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

// `testing` is what tests are written with.
t.test('house: every source has a test at the same place, or the test that shows it is named', (t) => {
  for (const name of packages) if (name !== 'testing') t.same(findUntested(path.join(root, 'packages', name)), [], name)
  t.end()
})

t.test('house: no two places of the sources share more than ten lines without a reason', (t) => {
  const files = packages.flatMap((name) => listSources(path.join(root, 'packages', name, 'src')))
  const texts = new Map(files.map((file) => [path.relative(path.join(root, 'packages'), file), fs.readFileSync(file, 'utf8')]))
  const shared = findSharedLines(texts, 10)
  const isSaid = (found: { files: readonly [string, string] }): boolean => sharedFor.some(({ files }) => files.includes(found.files[0]) && files.includes(found.files[1]))
  t.same(shared.filter((found) => !isSaid(found)), [], 'make them one, or enter the reason in sharedFor')
  for (const { files } of sharedFor) t.ok(shared.some((found) => found.files.every((file) => files.includes(file))), `${files.join(', ')}: still shared`)
  t.end()
})

t.test('findSharedLines: finds the same lines whatever is between them that does not count', (t) => {
  const lines = Array.from({ length: 12 }, (_, i) => `call(${i})`)
  const texts = new Map([
    ['a.ts', `import x from 'x'\n${lines.join('\n')}\nend()`],
    ['b.ts', `start()\n${lines.map((line) => `  ${line}\n\n  // why\n  /**\n   * ${line}\n   */\n  }`).join('\n')}`],
    ['c.ts', lines.slice(0, 10).join('\n')]
  ])
  t.same(findSharedLines(texts, 10), [{ places: ['a.ts:2', 'b.ts:2'], files: ['a.ts', 'b.ts'], count: 12 }])
  t.same(findSharedLines(new Map([['a.ts', `${lines.join('\n')}\nother()\n${lines.join('\n')}`]]), 11).length, 1, 'in one file')
  t.same(findSharedLines(texts, 12), [])
  t.end()
})

t.test('findUntested: a test of the same name, a named one, or nothing to test', (t) => {
  const folder = t.testdir({
    src: { 'tested.ts': 'export const f = () => 1', 'types.ts': 'export interface A { a (): void }\nexport const a = [1]', deep: { 'one.ts': 'export class B {}', 'two.ts': 'export function g () {}' } },
    test: { 'tested.test.ts': '', 'deep.test.ts': '', 'shown-by.json': JSON.stringify({ 'test/deep.test.ts': ['src/deep/one.ts', 'src/tested.ts', 'src/types.ts', 'src/gone.ts'], 'test/gone.test.ts': [] }) }
  })
  t.same(findUntested(folder), [
    'test/shown-by.json: src/tested.ts has a test of its own',
    'test/shown-by.json: src/types.ts has no code to test',
    'test/shown-by.json: there is no src/gone.ts',
    'test/shown-by.json: there is no test test/gone.test.ts',
    'src/deep/two.ts has no test: write test/deep/two.test.ts, or enter it in test/shown-by.json under the test that shows it'
  ])
  t.end()
})
