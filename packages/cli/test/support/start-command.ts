import { spawn } from 'node:child_process'
import path from 'node:path'
import type { Test } from 'tap'

const bin = path.resolve(import.meta.dirname, '../../dist/bin.js')

/** The built command while it runs. */
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

/** Starts the built command, perhaps with options of Node's; it goes down with the test. */
export function startCommand (t: Test, argv: string[], env: NodeJS.ProcessEnv = {}, nodeOptions: string[] = []): Started {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(NODE_OPTIONS|NODE_V8_COVERAGE|TAP|TS_NODE|_TAPJS|HTTPS?_PROXY|NO_PROXY|KRAKEND_|FLOODGATE_)/i.test(name)))
  const child = spawn(process.execPath, [...nodeOptions, bin, ...argv], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...clean, ...env } })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      child.emit('said')
    })
  }
  const ended = new Promise<Awaited<Started['ended']>>((resolve) => { child.on('close', (status, signal) => { resolve({ status, signal }) }) })
  t.teardown(async () => {
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
