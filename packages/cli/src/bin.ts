#!/usr/bin/env node
import module from 'node:module'
import v8 from 'node:v8'
import { optimizeLittle } from './optimizer.ts'
import { createTerminal } from './terminal.ts'

// Requests that overlap make V8 believe that what they allocate lives long. It then puts it where only a full collection
// finds it, with all that hangs on it: measured, 6.5 KB of 35 KB that merging three answers allocates.
v8.setFlagsFromString('--no-allocation-site-pretenuring')

// Before most of ours is loaded. Node 22 and later keep compiled code between starts; V8 takes it only under the flags
// that it was compiled with, so there they stay as they are.
const { enableCompileCache = optimizeLittle } = module as { enableCompileCache?: () => void }
enableCompileCache()

const { main } = await import('./main.ts')
process.exitCode = await main(process.argv.slice(2), createTerminal())
