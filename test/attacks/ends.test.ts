// Part A of what was found by attacking: what kept processes from ending, or from being replaced.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import type { Teardown } from '@floodgate/testing'
import { ask, attackable, holds, pass, upstream } from './attacked.ts'

const timeout = 300_000

t.test('A5: workers that end while the configuration is broken are replaced when it is mended', { timeout }, async (t) => {
  const { host } = await upstream(t)
  const running = await attackable(t, { endpoints: [pass('/ok', host)] }, { args: ['--workers', '2'] })
  const good = fs.readFileSync(running.file)
  const workers = () => {
    try {
      return fs.readFileSync(`/proc/${running.child.pid}/task/${running.child.pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
    } catch {
      return []
    }
  }
  t.ok(await holds(() => workers().length === 2, 20_000), 'two workers')
  fs.writeFileSync(running.file, '{"version":3,')
  const first = workers()
  const before = running.log().length
  for (const pid of first) process.kill(pid, 'SIGKILL')
  // Each replacement serves, or has said what is wrong with the file.
  t.ok(await holds(() => (running.log().slice(before).match(/serves|error/g) ?? []).length >= 2, 30_000), running.log())
  // They serve what the primary has read. On the code before, each said the error, stayed, and nobody answered any more.
  let broken = 0
  for (const end = performance.now() + 20_000; broken !== 200 && performance.now() < end; await wait(100)) broken = (await ask(`${running.url}/ok`, { within: 3000 })).status
  t.equal(broken, 200, running.log())
  fs.writeFileSync(running.file, good)
  let status = 0
  for (const end = performance.now() + 40_000; status !== 200 && performance.now() < end; await wait(100)) status = (await ask(`${running.url}/ok`, { within: 3000 })).status
  t.equal(status, 200, running.log())
})

/** A pipe: both ends, and what is read from it from `read` on. */
function openPipe (t: Teardown): { input: number, read (): void, text (): string } {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'floodgate-pipe-'))
  const file = path.join(folder, 'pipe')
  execFileSync('mkfifo', [file])
  const output = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
  const input = fs.openSync(file, fs.constants.O_WRONLY)
  const stream = new net.Socket({ fd: output, readable: true, writable: false })
  let text = ''
  stream.on('error', () => {})
  t.teardown(() => {
    stream.destroy()
    fs.rmSync(folder, { recursive: true })
  })
  return { input, read () { stream.on('data', (data) => { text += data }) }, text: () => text }
}

/** Requests in number, each with an access line of its own. */
async function askOften (url: string, count: number): Promise<number> {
  let answered = 0
  for (let i = 0; i < count; i += 40) {
    const answers = await Promise.all(Array.from({ length: 40 }, (_, j) => ask(`${url}/ok?n=${i + j}-${'x'.repeat(200)}`)))
    answered += answers.filter(({ status }) => status === 200).length
  }
  return answered
}

for (const args of [[], ['--workers', '2']]) {
  const name = `run ${args.join(' ')}`.trim()

  t.test(`A6: SIGTERM ends ${name} in time, whoever reads its output`, { timeout }, async (t) => {
    const { host } = await upstream(t)
    const config = { max_shutdown_wait_time: '1s', endpoints: [pass('/ok', host)] }
    for (const reader of ['gone', 'asleep', 'asleep at a pipe']) {
      const pipe = reader === 'asleep at a pipe' ? openPipe(t) : null
      const running = await attackable(t, config, { args, ...pipe !== null && { output: pipe.input } })
      if (pipe !== null) fs.closeSync(pipe.input)
      for (const stream of [running.child.stdout, running.child.stderr]) {
        if (reader === 'gone') stream?.destroy()
        else stream?.pause()
      }
      // Access lines, more than a pipe and a socket hold.
      t.equal(await askOften(running.url, 2000), 2000, `all answered, with a reader that is ${reader}`)
      running.child.kill('SIGTERM')
      t.ok(await holds(() => running.exit() !== null, 6000), `ended, with a reader that is ${reader}`)
    }
  })

  t.test(`A6: ${name}: each line is there, and whole, when the reader comes late and the process ends`, { timeout }, async (t) => {
    const { host } = await upstream(t)
    for (const kind of ['socket', 'pipe']) {
      const pipe = kind === 'pipe' ? openPipe(t) : null
      const running = await attackable(t, { max_shutdown_wait_time: '1s', endpoints: [pass('/ok', host)] }, { args, ...pipe !== null && { output: pipe.input } })
      if (pipe !== null) fs.closeSync(pipe.input)
      const streams = [running.child.stdout, running.child.stderr]
      for (const stream of streams) stream?.pause()
      t.equal(await askOften(running.url, 2000), 2000)
      for (const stream of streams) stream?.resume()
      pipe?.read()
      const text = pipe?.text ?? running.log
      const numbers = () => [...text().matchAll(/^(?!.*HTTP.*HTTP).*\/ok\?n=(\d+)-x{200}(?!x).*$/gm)].map(([, number]) => Number(number))
      // Those of the last moment are written at the exit.
      await holds(() => numbers().length > 1000, 20_000)
      t.equal(await askOften(running.url, 40), 40)
      running.child.kill('SIGTERM')
      t.ok(await holds(() => numbers().length === 2040, 10_000), `${kind}: ${numbers().length} of 2040`)
      t.equal(new Set(numbers()).size, 2000)
    }
  })
}
