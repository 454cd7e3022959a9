#!/usr/bin/env node
// Compares Floodgate with a KrakenD, or with itself and with recordings where there is none. See the README beside this file.
import '../runner/strip-types.mjs'

const { main } = await import('./command.ts')
process.exitCode = await main(process.argv.slice(2))
