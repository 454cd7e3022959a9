import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import t from 'tap'

const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(NODE_OPTIONS|NODE_V8_COVERAGE|TAP|TS_NODE|_TAPJS)/i.test(name)))

t.test('what an attack starts ends with it, busy or not', { timeout: 60_000 }, async (t) => {
  const child = (busy: boolean): string => `import { spawn } from 'node:child_process'
    import { endsWithParent } from ${JSON.stringify(path.resolve(import.meta.dirname, 'gateway-process.mjs'))}
    spawn(process.execPath, [...endsWithParent, '-e', ${JSON.stringify(`console.log("here"); ${busy ? 'for (;;);' : 'setInterval(() => {}, 1e6)'}`)}], { stdio: ['ignore', 'inherit', 'inherit'] })`
  for (const busy of [true, false]) {
    const parent = spawn(process.execPath, ['--input-type=module', '-e', child(busy)], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] })
    const [said] = await once(parent.stdout, 'data') as [Buffer]
    t.match(String(said), /here/)
    parent.kill('SIGKILL')
    // It has the same output: that closes when both have gone.
    await once(parent, 'close')
  }
})
