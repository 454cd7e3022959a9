import fs from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { watchFiles, type FileWatch } from '@floodgate/tls'
import { until, waysOfChange, writeFiles } from '@floodgate/testing'

/** Watches files, and counts what is told. */
function start (t: Test, files: readonly string[], options = {}): FileWatch & { told: number } {
  const watch = Object.assign(watchFiles(() => { watch.told++ }, options), { told: 0 })
  t.teardown(() => { watch.close() })
  for (const file of files) watch.add(file)
  return watch
}

// So long that only the kernel can have told.
const never = { poll: 1_000_000 }

for (const [way, startFiles] of Object.entries(waysOfChange)) {
  t.test(`watchFiles: tells of files that change ${way}, each time`, async (t) => {
    const { paths, change } = startFiles(t, { a: '1', b: '1' })
    const watch = start(t, Object.values(paths), never)
    for (const round of [1, 2, 3]) {
      change({ a: `a${round}`, b: `b${round}` })
      await until(() => watch.told === round)
    }
  })
}

t.test('watchFiles: follows links of links, folders that are replaced, and files that come and go', async (t) => {
  const { folder } = writeFiles(t, {})
  const write = (path: string, text = path): void => {
    fs.mkdirSync(join(folder, path, '..'), { recursive: true })
    fs.writeFileSync(join(folder, path), text)
  }
  write('one/certs/a')
  write('two/certs/a')
  fs.symlinkSync('one', join(folder, 'current'))
  fs.symlinkSync('current/certs', join(folder, 'certs'))
  const watch = start(t, [join(folder, 'certs/a'), join(folder, 'later/b')], never)
  let told = 0
  const changes: [string, () => void][] = [
    ['a link in the middle turns', () => { fs.rmSync(join(folder, 'current')); fs.symlinkSync('two', join(folder, 'current')) }],
    ['the file behind it is written', () => { write('two/certs/a', 'new') }],
    ['its folder is replaced', () => { write('three/a'); fs.renameSync(join(folder, 'two/certs'), join(folder, 'old')); fs.renameSync(join(folder, 'three'), join(folder, 'two/certs')) }],
    ['the file in the new folder is written', () => { write('two/certs/a', 'newer') }],
    ['a file comes, and its folder', () => { write('later/b') }],
    ['it is written', () => { write('later/b', 'more') }],
    ['it goes', () => { fs.rmSync(join(folder, 'later/b')) }]
  ]
  for (const [what, change] of changes) {
    change()
    await until(() => watch.told > told)
    told = watch.told
    t.pass(what)
  }
})

t.test('watchFiles: looks where the kernel tells nothing', async (t) => {
  const { a, folder } = writeFiles(t, { a: '1' })
  fs.mkdirSync(join(folder, 'elsewhere'))
  fs.linkSync(a, join(folder, 'elsewhere/a'))
  const watch = start(t, [a], { poll: 20 })
  // No event of the folder that is watched.
  fs.writeFileSync(join(folder, 'elsewhere/a'), '22')
  await until(() => watch.told === 1)
})

t.test('watchFiles: tells once of what changes together, and nothing of other files', async (t) => {
  const { a, b, other } = writeFiles(t, { a: '1', b: '1', other: '1' })
  const watch = start(t, [a, b], never)
  fs.writeFileSync(other, '2')
  fs.writeFileSync(a, '2')
  await new Promise((resolve) => setImmediate(resolve))
  fs.writeFileSync(b, '2')
  await until(() => watch.told > 0)
  t.equal(watch.told, 1)
  watch.add(a)
  watch.remove(a)
  fs.writeFileSync(a, '3')
  await until(() => watch.told === 2)
  watch.remove(a)
  fs.writeFileSync(a, '4')
  fs.writeFileSync(b, '4')
  await until(() => watch.told === 3)
})

t.test('watchFiles: keeps no process alive, and closes', async (t) => {
  const { a } = writeFiles(t, { a: '1' })
  const before = process.getActiveResourcesInfo().length
  const watch = start(t, [a])
  t.equal(process.getActiveResourcesInfo().length, before)
  watch.close()
  fs.writeFileSync(a, '2')
  const other = start(t, [a])
  fs.writeFileSync(a, '3')
  await until(() => other.told === 1)
  t.equal(watch.told, 0)
})
