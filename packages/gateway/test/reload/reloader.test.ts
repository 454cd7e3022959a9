import t from 'tap'
import { loadConfiguration, type LoadedConfig } from '@floodgate/gateway'
import { createReloader } from '../../src/reload/reloader.ts'

const configuration = (name: string) => loadConfiguration({ version: 3, name, endpoints: [] }, { env: {} })

async function start () {
  const lines: string[] = []
  const write = (...given: unknown[]) => { lines.push(String(given.at(-1))) }
  const counts = { success: 0, failure: 0 }
  let current = await configuration('first')
  const reloader = createReloader({ counts, log: () => ({ error: write, info: write, warn: write }) as never, current: () => current, first: current.model })
  const applied: string[] = []
  const steps = (load: () => Promise<LoadedConfig>, apply = async (loaded: LoadedConfig) => {
    applied.push(loaded.model.name)
    current = loaded
  }) => ({ load, apply })
  return { reloader, steps, applied, counts, lines, revision: () => current.revision }
}

t.test('Reloader: attempts run one after the other, and the last of those that wait takes the place of the others', async (t) => {
  const { reloader, steps, applied, counts } = await start()
  let release = (): void => {}
  const gate = new Promise<void>((resolve) => { release = resolve })
  const first = reloader.reload(steps(async () => { await gate; return configuration('a') }))
  const waiting = ['b', 'c', 'd'].map((name) => reloader.reload(steps(() => configuration(name))))
  release()
  const results = await Promise.all([first, ...waiting])
  t.same(applied, ['a', 'd'])
  t.equal(results[1], results[3])
  t.same(counts, { success: 2, failure: 0 })
  await reloader.reload(steps(() => configuration('e')))
  t.same(applied, ['a', 'd', 'e'])
})

t.test('Reloader: what cannot be used is told with its problems, and what is in use stays', async (t) => {
  const { reloader, steps, applied, counts, lines, revision } = await start()
  const before = revision()
  const result = await reloader.reload(steps(() => loadConfiguration({ version: 3, endpoints: [{ endpoint: 'a' }] }, { env: {} })))
  t.match(result, { revision: before, changed: null, problems: [{ severity: 'error' }] })
  t.match(lines[0], /^configuration not reloaded, the previous one stays in use: \d errors?$/)
  t.ok(lines.some((line) => /error endpoints\[0\]/.test(line)), lines.join('\n'))
  const failed = await reloader.reload(steps(() => configuration('b'), async () => { throw Object.assign(new Error('the port is taken'), { code: 'EADDRINUSE' }) }))
  t.match(failed, { revision: before, changed: null, problems: [{ code: 'EADDRINUSE', message: 'the port is taken' }] })
  t.same([applied, counts], [[], { success: 0, failure: 2 }])
})

t.test('Reloader: whatever is thrown is told, and the attempts that wait and those that follow run', async (t) => {
  const { reloader, steps, applied, counts } = await start()
  for (const thrown of [null, undefined, '', 0, Object.create(null), 'a text', new Error('an error')]) {
    const first = reloader.reload(steps(async () => { throw thrown }))
    const second = reloader.reload(steps(() => configuration('b'), async () => { throw thrown }))
    const [one, two] = await Promise.all([first, second])
    t.match(one, { changed: null, problems: [{ severity: 'error', code: 'failed', message: /^thrown: |^an error$/ }] })
    t.match(two, { changed: null, problems: [{ message: one.problems[0]!.message }] })
  }
  t.equal(counts.failure, 14)
  await reloader.reload(steps(() => configuration('c')))
  t.same(applied, ['c'])
})

t.test('Reloader: the log names the files that changed, also where no endpoint did', async (t) => {
  const { reloader, steps, lines } = await start()
  const load = () => configuration('first')
  await reloader.reload({ ...steps(load), changed: ['/etc/floodgate/keys.json', '/etc/floodgate/add.lua'] })
  await reloader.reload({ ...steps(load), changed: ['/etc/floodgate/keys.json'] })
  await reloader.reload(steps(load))
  t.same(lines, ['configuration reloaded: 2 files changed', 'configuration reloaded: 1 file changed', 'configuration reloaded: no endpoint has changed'])
})
