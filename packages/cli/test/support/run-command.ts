import type { Test } from 'tap'
import { main } from '../../src/main.ts'

/** What a command line printed, and its exit status. */
export interface Ran { readonly code: number, readonly out: string, readonly err: string }

/** Runs a command line in this process. */
export async function runCommand (...argv: string[]): Promise<Ran> {
  const ran = { out: '', err: '' }
  const code = await main(argv, {
    out (text) { ran.out += text },
    err (text) { ran.err += text },
    outColor: false,
    errColor: false
  })
  return { code, ...ran }
}

/** Writes files to a folder that goes with the test, and works there until its end. */
export function workIn (t: Test, files: Record<string, string | object>, folders: Record<string, Record<string, string>> = {}): string {
  const before = process.cwd()
  const dir = t.testdir({ ...Object.fromEntries(Object.entries(files).map(([name, content]) => [name, typeof content === 'string' ? content : JSON.stringify(content, null, 2)])), ...folders })
  process.chdir(dir)
  t.teardown(() => { process.chdir(before) })
  return dir
}

export const backend = { host: ['http://a.example.com'], url_pattern: '/' }
export const minimal = { version: 3, endpoints: [{ endpoint: '/a', backend: [backend] }] }
