import type { ChildProcess } from 'node:child_process'
import type { Test } from 'tap'

/** A program while it runs. */
export interface Started {
  readonly pid: number
  /** Everything it has printed. */
  readonly output: string
  /** Resolves with the first match of what it prints or has printed; fails when it ends without. */
  said (pattern: RegExp): Promise<RegExpExecArray>
  /** Resolves when it prints more; fails when it ends instead. */
  next (): Promise<void>
  kill (signal: NodeJS.Signals): void
  readonly ended: Promise<{ status: number | null, signal: NodeJS.Signals | null }>
}

/** Collects what a process prints; it goes down with the test. */
export function watchProcess (t: Test, child: ChildProcess): Started {
  let output = ''
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      child.emit('said')
    })
  }
  const ended = new Promise<Awaited<Started['ended']>>((resolve) => { child.on('close', (status, signal) => { resolve({ status, signal }) }) })
  t.teardown(async () => {
    // Also after a timeout: what it waits for was not printed.
    if (!t.passing()) process.stderr.write(`process ${child.pid} printed in ${t.fullname}:\n${output.slice(-5000)}\n`)
    child.kill('SIGKILL')
    await ended
  })
  return {
    pid: child.pid!,
    get output () { return output },
    said: (pattern) => new Promise((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(output)
        if (found === null) return
        child.off('said', look).off('close', fail)
        resolve(found)
      }
      const fail = () => { reject(new Error(`ended without saying ${pattern}:\n${output}`)) }
      child.on('said', look).on('close', fail)
      look()
    }),
    next: () => new Promise((resolve, reject) => {
      const more = () => { child.off('close', fail); resolve() }
      const fail = () => { child.off('said', more); reject(new Error(`ended:\n${output}`)) }
      child.once('said', more).once('close', fail)
    }),
    kill (signal) { child.kill(signal) },
    ended
  }
}
