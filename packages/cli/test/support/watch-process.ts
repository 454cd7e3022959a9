import type { ChildProcess } from 'node:child_process'
import type { Test } from 'tap'

/** A program while it runs. */
export interface Started {
  readonly pid: number
  /** Every line that it has printed; at its end also what is no whole line. */
  readonly output: string
  /** Resolves with the first match in what it prints or has printed; fails when it ends, or has ended, without. */
  said (pattern: RegExp): Promise<RegExpExecArray>
  /** Resolves when it prints more; fails when it ends, or has ended, instead. */
  next (): Promise<void>
  kill (signal: NodeJS.Signals): void
  readonly ended: Promise<{ status: number | null, signal: NodeJS.Signals | null }>
}

/** Collects what a process prints; it goes down with the test, and a test that fails tells what that was. */
export function watchProcess (t: Test, child: ChildProcess): Started {
  let output = ''
  let isOver = false
  const news = new Set<() => void>()
  const tell = (): void => { for (const look of [...news]) look() }
  for (const stream of [child.stdout!, child.stderr!]) {
    // A line may come in pieces, such as the digits of a port, and those of the other stream between them.
    let rest = ''
    stream.setEncoding('utf8').on('data', (text: string) => {
      const end = text.lastIndexOf('\n') + 1
      if (end === 0) {
        rest += text
        return
      }
      output += rest + text.slice(0, end)
      rest = text.slice(end)
      tell()
    }).on('end', () => { output += rest })
  }
  const ended = new Promise<Awaited<Started['ended']>>((resolve) => {
    child.on('close', (status, signal) => {
      isOver = true
      tell()
      resolve({ status, signal })
    })
  })
  t.teardown(async () => {
    if (!t.passing()) process.stderr.write(`process ${child.pid} printed in ${t.fullname}:\n${output.slice(-5000)}\n`)
    // A process that is killed writes no coverage (`pnpm shown-by`).
    if (process.env['NODE_V8_COVERAGE'] !== undefined) {
      child.kill('SIGTERM')
      await Promise.race([ended, new Promise((resolve) => { setTimeout(resolve, 5_000).unref() })])
    }
    child.kill('SIGKILL')
    await ended
  })

  /** Resolves with the first thing that `find` gives; fails with `problem` at the end of the process. */
  function wait <T> (find: () => T | null, problem: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = find()
        if (found === null && !isOver) return
        news.delete(look)
        if (found !== null) resolve(found)
        else reject(new Error(`${problem}:\n${output}`))
      }
      news.add(look)
      look()
    })
  }

  return {
    pid: child.pid!,
    get output () { return output },
    said: (pattern) => wait(() => pattern.exec(output), `ended without saying ${pattern}`),
    async next () {
      const before = output.length
      await wait(() => output.length > before ? true : null, 'ended')
    },
    kill (signal) { child.kill(signal) },
    ended
  }
}
