import { spawn } from 'node:child_process'
import path from 'node:path'
import type { Test } from 'tap'
import { cleanEnvironment } from './conformance/gateway-process.ts'

export interface Running {
  /** Calls a path of the running example. */
  get (path: string, init?: RequestInit): Promise<Response>
  /** What it has printed so far. */
  output: () => string
  /** Resolves when it has printed a text; fails when it ends without. */
  said (text: RegExp | string): Promise<void>
}

/** Starts an example as its README says, on free ports, and ends it with the test. */
export async function startExample (t: Test, name: string): Promise<Running> {
  const child = spawn(process.execPath, ['start.mjs', '--free-ports'], { cwd: path.resolve(import.meta.dirname, '../examples', name), env: cleanEnvironment() })
  let output = ''
  const gone = new Promise<number | null>((resolve) => { child.on('close', resolve) })
  t.teardown(async () => {
    child.kill('SIGTERM')
    const code = await gone
    if (code !== 0) throw new Error(`${name} ended with ${code}: ${output}`)
  })
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data) => {
        output += data
        child.emit('said')
        const found = /curl -i (http:\/\/127\.0\.0\.1:\d+)/.exec(output)
        if (found) resolve(found[1]!)
      })
    }
    gone.then((code) => { reject(new Error(`${name} exited with ${code}: ${output}`)) })
  })
  return {
    get: (path, init) => fetch(url + path, { redirect: 'manual', ...init }),
    output: () => output,
    said: (text) => new Promise((resolve, reject) => {
      const look = () => { if (typeof text === 'string' ? output.includes(text) : text.test(output)) resolve() }
      child.on('said', look)
      gone.then(() => { reject(new Error(`${name} ended without saying ${text}: ${output}`)) }, reject)
      look()
    })
  }
}
