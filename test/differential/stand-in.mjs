#!/usr/bin/env node
// Stands in for a reference where there is none: Floodgate's command behind the call that a KrakenD understands
// (`run -c FILE`, `version`). Keys that FLOODGATE_STAND_IN_DROPS names are taken out of each backend first, so that it
// answers differently.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

const bin = path.resolve(import.meta.dirname, '../../packages/cli/dist/bin.js')
const [command, , file] = process.argv.slice(2)
if (command === 'version') console.log('a stand-in')
else {
  const dropped = (process.env.FLOODGATE_STAND_IN_DROPS ?? '').split(',')
  const config = JSON.parse(fs.readFileSync(file, 'utf8'))
  for (const { backend } of config.endpoints) for (const one of backend) for (const key of dropped) delete one[key]
  fs.writeFileSync(file, JSON.stringify(config))
  const child = spawn(process.execPath, [bin, 'run', '-c', file], { stdio: 'inherit' })
  process.on('SIGTERM', () => { child.kill('SIGTERM') })
  child.on('exit', (code) => { process.exit(code ?? 1) })
}
