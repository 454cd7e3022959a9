import { spawn } from 'node:child_process'
import path from 'node:path'
import type { Test } from 'tap'
import { watchProcess, type Started } from './watch-process.ts'

export type { Started } from './watch-process.ts'

const bin = path.resolve(import.meta.dirname, '../../dist/bin.js')

/** Starts the built command, perhaps with options of Node's; it goes down with the test. */
export function startCommand (t: Test, argv: string[], env: NodeJS.ProcessEnv = {}, nodeOptions: string[] = []): Started {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(NODE_OPTIONS|NODE_V8_COVERAGE|TAP|TS_NODE|_TAPJS|HTTPS?_PROXY|NO_PROXY|KRAKEND_|FLOODGATE_)/i.test(name)))
  return watchProcess(t, spawn(process.execPath, [...nodeOptions, bin, ...argv], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...clean, ...env } }))
}
