import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import t from 'tap'
import { readPipe } from '../../src/read/read-pipe.ts'

t.test('readPipe: reads what the process is given, up to a bound', async (t) => {
  const reader = new URL('../../src/read/read-pipe.ts', import.meta.url).href
  const ask = async (most: number, text: string) => {
    const code = `const { readPipe } = await import(${JSON.stringify(reader)}); console.log(await readPipe('/dev/stdin', ${most}).then(String, (error) => error.code))`
    const child = spawn(process.execPath, [...process.execArgv, '--input-type=module', '-e', code], { stdio: ['pipe', 'pipe', 'inherit'] })
    child.stdin.on('error', () => {})
    child.stdin.end(text)
    const said: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => { said.push(chunk) })
    await once(child, 'close')
    return String(Buffer.concat(said)).trim()
  }
  t.equal(await ask(100, '{"version": 3}'), '{"version": 3}')
  t.equal(await ask(10, '{"version": 3}'), 'EFBIG')
  const zero = fs.openSync('/dev/zero', 'r')
  t.teardown(() => { fs.closeSync(zero) })
  await t.rejects(readPipe(`/dev/fd/${zero}`, 10), { code: 'ENOTFILE' })
})
