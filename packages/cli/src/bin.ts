#!/usr/bin/env node
import module from 'node:module'
import { createTerminal } from './terminal.ts'

// Node 22 and later keep compiled code between starts; before the first of ours is loaded.
;(module as { enableCompileCache?: () => void }).enableCompileCache?.()

const { main } = await import('./main.ts')
process.exitCode = await main(process.argv.slice(2), createTerminal())
