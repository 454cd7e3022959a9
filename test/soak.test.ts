import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { isLong } from '@floodgate/testing'

const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(NODE_OPTIONS|NODE_V8_COVERAGE|TAP|TS_NODE|_TAPJS|HTTPS?_PROXY|NO_PROXY|KRAKEND_)/i.test(name)))

t.test('everything at once: right answers, a flat heap, and no socket left', { timeout: 600_000 }, async (t) => {
  const soak = path.resolve(import.meta.dirname, 'bench/soak.mjs')
  const { code, stdout, stderr } = await promisify(execFile)(process.execPath, [soak, '--minutes', isLong ? '2' : '0.2'], { env: environment }).then((ran) => ({ code: 0, ...ran }), (err) => err)
  t.equal(code, 0, stdout + stderr)
  t.comment(stdout)
})
