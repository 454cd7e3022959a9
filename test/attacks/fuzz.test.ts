import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'

const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(NODE_OPTIONS|NODE_V8_COVERAGE|TAP|TS_NODE|_TAPJS|HTTPS?_PROXY|NO_PROXY|KRAKEND_)/i.test(name)))
const script = path.resolve(import.meta.dirname, 'fuzz.mjs')

/** Part, mode, cases: about a minute of all; `node test/attacks/long.mjs` has more. */
const runs: [string, string, number][] = [
  ['front', 'single', 1500], ['front', 'workers', 300], ['front', 'embedded', 300],
  ['http2', 'single', 150],
  ['upstream', 'single', 1000], ['upstream', 'workers', 200], ['upstream', 'embedded', 200],
  ['configurations', 'single', 1000],
  ['decoders', 'single', 200]
]

for (const [part, mode, count] of runs) {
  t.test(`${count} cases of ${part} (${mode}): no exit, nothing mixed up, nothing left`, { timeout: 300_000 }, async (t) => {
    const { code, stdout, stderr } = await promisify(execFile)(process.execPath, [script, '--seed', '14', '--only', part, '--mode', mode, '--count', String(count)], { env: environment, maxBuffer: 64 << 20 }).then((ran) => ({ code: 0, ...ran }), (err) => err)
    t.equal(code, 0, `${stdout.slice(-20_000)}${stderr}`)
  })
}
