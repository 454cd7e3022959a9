#!/usr/bin/env node
import module from 'node:module'
import v8 from 'node:v8'
import { optimizeLittle } from './optimizer.ts'
import { exitCodes } from './exit-codes.ts'
import { createTerminal } from './terminal.ts'

// Requests that overlap make V8 believe that what they allocate lives long. It then puts it where only a full collection
// finds it, with all that hangs on it: measured, 6.5 KB of 35 KB that merging three answers allocates.
v8.setFlagsFromString('--no-allocation-site-pretenuring')

// Before most of ours is loaded. Node 22 and later keep compiled code between starts; V8 takes it only under the flags
// that it was compiled with, so there they stay as they are.
const { enableCompileCache = optimizeLittle } = module as { enableCompileCache?: () => void }
enableCompileCache()

const { main } = await import('./main.ts')
const terminal = createTerminal()
try {
  process.exitCode = await main(process.argv.slice(2), terminal)
  // A verb that serves has ended the process: for the others, what they have to say is their work. The failure is told later.
  process.once('exit', (status) => { if (status === exitCodes.ok && terminal.lostMessages === true) process.exitCode = exitCodes.output })
} catch (err) {
  // Not Node's 1, which says that the configuration is not valid.
  terminal.err(`floodgate: a fault in the program: ${(err as Error | null)?.stack ?? String(err)}\n`)
  process.exitCode = exitCodes.fault
}
