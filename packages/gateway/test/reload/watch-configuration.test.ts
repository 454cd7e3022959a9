import { mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { watchConfiguration } from '../../src/reload/watch-configuration.ts'

/** Counts the attempts, each of which reads `files`. */
async function start (t: Test, files: string[]) {
  const world = { files, changed: [] as readonly string[], attempts: 0, returns: 0, isApplied: true, attempt: async (): Promise<void> => {} }
  const watch = await watchConfiguration(files, {
    async attempt (changed) {
      world.attempts++
      world.changed = changed
      await world.attempt()
      return world
    },
    onReturn () { world.returns++ }
  })
  t.teardown(() => { watch.close() })
  return {
    watch,
    world,
    async attempted (times: number) { while (world.attempts < times) await new Promise(setImmediate) },
    async returned (times: number) { while (world.returns < times) await new Promise(setImmediate) }
  }
}

t.test('watchConfiguration: a changed content, in place and by rename, is one attempt each', { timeout: 30_000 }, async (t) => {
  const dir = t.testdir({ 'krakend.json': 'one', 'other.tmpl': 'one' })
  const [main, other] = [join(dir, 'krakend.json'), join(dir, 'other.tmpl')]
  const { world, attempted } = await start(t, [main, other])
  writeFileSync(main, 'two')
  await attempted(1)
  t.same(world.changed, [main])
  writeFileSync(join(dir, 'new'), 'three')
  renameSync(join(dir, 'new'), other)
  await attempted(2)
  t.same(world.changed, [other], 'what differs from the content in use')
  // Neither a touch nor the same content is a change: only the last one of these is.
  utimesSync(main, new Date(), new Date())
  await notTold()
  writeFileSync(main, 'two')
  await notTold()
  writeFileSync(main, 'four')
  await attempted(3)
  t.equal(world.attempts, 3)
})

/** Longer than files must be quiet, so that each change is looked at by itself. */
const notTold = () => new Promise((resolve) => { setTimeout(resolve, 600) })

t.test('watchConfiguration: Kubernetes\' ..data, and a folder that gets a file', { timeout: 30_000 }, async (t) => {
  const dir = t.testdir({ v1: { 'krakend.json': 'one' }, v2: { 'krakend.json': 'two' } })
  symlinkSync('v1', join(dir, '..data'))
  symlinkSync('..data/krakend.json', join(dir, 'krakend.json'))
  mkdirSync(join(dir, 'partials'))
  const { attempted } = await start(t, [join(dir, 'krakend.json'), join(dir, 'partials')])
  symlinkSync('v2', join(dir, '..data_tmp'))
  renameSync(join(dir, '..data_tmp'), join(dir, '..data'))
  rmSync(join(dir, 'v1'), { recursive: true })
  await attempted(1)
  writeFileSync(join(dir, 'partials', 'new.txt'), 'new')
  await attempted(2)
})

t.test('watchConfiguration: what an attempt has read is watched, also what does not exist, and what it read before a change is read again', { timeout: 30_000 }, async (t) => {
  const dir = t.testdir({ 'krakend.json': 'one' })
  const [main, missing] = [join(dir, 'krakend.json'), join(dir, 'missing.json')]
  const { world, attempted, watch } = await start(t, [main])
  world.attempt = async () => {
    world.files = [main, missing]
    // It was read before this.
    if (world.attempts === 1) writeFileSync(main, 'three')
  }
  writeFileSync(main, 'two')
  await attempted(2)
  world.attempt = async () => {}
  await watch.attempt()
  t.equal(world.attempts, 3)
  writeFileSync(missing, 'here')
  await attempted(4)
})

t.test('watchConfiguration: files that have the applied content again after a refused attempt are told, and not tried', { timeout: 30_000 }, async (t) => {
  const dir = t.testdir({ 'krakend.json': 'one', partials: { 'a.tmpl': 'one' } })
  const [main, folder, partial, added] = [join(dir, 'krakend.json'), join(dir, 'partials'), join(dir, 'partials', 'a.tmpl'), join(dir, 'partials', 'b.tmpl')]
  const { world, attempted, returned } = await start(t, [main, folder, partial])
  world.isApplied = false
  writeFileSync(main, 'broken')
  await attempted(1)
  writeFileSync(main, 'one')
  await returned(1)
  // A partial that is deleted, and comes back.
  rmSync(partial)
  await attempted(2)
  writeFileSync(partial, 'one')
  await returned(2)
  // What only the refused one has read does not matter.
  world.files = [main, folder, partial, added]
  writeFileSync(added, 'broken')
  await attempted(3)
  rmSync(added)
  await returned(3)
  // After another content was applied, the first one is a change.
  world.isApplied = true
  world.files = [main, folder, partial]
  writeFileSync(main, 'two')
  await attempted(4)
  writeFileSync(main, 'one')
  await attempted(5)
  t.same([world.attempts, world.returns], [5, 3])
})
