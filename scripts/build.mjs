// Builds all packages: TypeScript checks them and writes their types (incremental), rolldown writes their JavaScript.
// Run: pnpm build
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { bundlePackage } from './bundle.mjs'
import { listWorkspacePackages } from './packages.mjs'

const root = path.resolve(import.meta.dirname, '..')
const compiler = spawn(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-b', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' })
const checked = once(compiler, 'close')
for (const each of listWorkspacePackages()) await bundlePackage(each)
const [status] = await checked
process.exitCode = status ?? 1
