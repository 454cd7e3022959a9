import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { LineWriter } from '../../src/logger/line-writer.ts'

t.test('LineWriter: lines beyond 16 MB are dropped, counted and told once, and all others arrive whole', async (t) => {
  const file = path.join(t.testdir(), 'pipe')
  execFileSync('mkfifo', [file])
  const output = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
  const input = fs.openSync(file, fs.constants.O_WRONLY | fs.constants.O_NONBLOCK)
  const told: number[] = []
  const writer = new LineWriter(input, (lines) => { told.push(lines) })
  const total = 40_000
  for (let i = 0; i < total; i++) writer.write(`${i} ${'x'.repeat(1000)}\n`)
  const chunk = Buffer.alloc(1 << 20)
  const parts: Buffer[] = []
  let over = false
  writer.flush(60_000).then(() => { over = true }, () => {})
  while (true) {
    let read = 0
    try { read = fs.readSync(output, chunk) } catch { /* nothing there yet */ }
    if (read > 0) parts.push(Buffer.from(chunk.subarray(0, read)))
    else if (over) break
    else await new Promise(setImmediate)
  }
  const lines = Buffer.concat(parts).toString().split('\n').slice(0, -1)
  t.ok(lines.every((line, i) => line === `${i} ${'x'.repeat(1000)}`), 'in order, whole')
  t.same(told, [total - lines.length])
  t.ok(lines.length < 17_000 && lines.length > 16_000)
  fs.closeSync(input)
  fs.closeSync(output)
})
