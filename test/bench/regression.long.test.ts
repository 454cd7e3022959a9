import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'

const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(NODE_OPTIONS|NODE_V8_COVERAGE|TAP|TS_NODE|_TAPJS|HTTPS?_PROXY|NO_PROXY|KRAKEND_)/i.test(name)))

// Far below what `node test/bench/side-by-side.mjs` shows on a quiet machine: only what makes requests cost half as much
// again, and is no noise, shall fail here. Processor time beside that of the handlers by hand in the same run, no clock.
const least: Record<string, number> = { W1: 0.6, W2: 0.6, W3: 1.2, W4: 0.6, W5: 0.55, W6: 0.6, single: 1.2 }

t.test('requests cost no more beside handlers by hand than they should', { timeout: 300_000, skip: process.platform !== 'linux' && 'processor time is read from /proc' }, async (t) => {
  const bench = path.join(import.meta.dirname, 'side-by-side.mjs')
  const measure = async (names: readonly string[], rounds: number): Promise<{ name: string, ratio: number }[]> => {
    const { stdout } = await promisify(execFile)(process.execPath, [bench, '--alone', '--json', '--rounds', String(rounds), '--burst', '1000', '--workloads', names.join(',')], { env: environment })
    return JSON.parse(stdout.trimEnd().split('\n').at(-1)!)
  }
  const first = await measure(Object.keys(least), 4)
  const slow = first.filter(({ name, ratio }) => ratio < least[name]!).map(({ name }) => name)
  const again = slow.length === 0 ? [] : await measure(slow, 11)
  for (const { name, ratio } of first) {
    const last = again.find((result) => result.name === name)?.ratio ?? ratio
    t.ok(last >= least[name]!, `${name}: ${last.toFixed(2)} of the handler by hand`)
  }
})
