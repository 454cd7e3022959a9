// Builds all packages: TypeScript checks them and writes their types (incremental), rolldown writes their JavaScript.
// Run: pnpm build [--javascript], with the option without types and checks
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { bundlePackage } from './bundle.mjs'
import { listWorkspacePackages } from './packages.mjs'

const root = path.resolve(import.meta.dirname, '..')
const { values: { javascript } } = parseArgs({ options: { javascript: { type: 'boolean', default: false } } })
const checked = javascript ? Promise.resolve(0) : writeTypes()
for (const each of listWorkspacePackages()) await bundlePackage(each)
process.exitCode = await checked

async function writeTypes () {
  const compiler = spawn(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-b', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' })
  const [status] = await once(compiler, 'close')
  return status ?? 1
}
