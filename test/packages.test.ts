import { execFile } from 'node:child_process'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { checkTarball, environment, listMissingAddresses, listPackages, pack } from '../scripts/packages.mjs'

const root = path.resolve(import.meta.dirname, '..')
const run = promisify(execFile)
const packages = listPackages()

t.test('packages: all of them, and reply-from, have the same copy of undici', (t) => {
  const resolve = (from: string) => createRequire(from).resolve('undici')
  const users = packages.filter(({ manifest }) => 'undici' in manifest.dependencies).map(({ folder }) => path.join(folder, 'package.json'))
  const replyFrom = createRequire(path.join(root, 'packages/proxy/package.json')).resolve('@fastify/reply-from')
  t.ok(users.length >= 3)
  t.same([...new Set(users.map(resolve))].length, 1)
  // Beside undici 8 (`pnpm test:matrix --undici 8`) reply-from keeps its 7: nothing goes by instanceof.
  const { version } = createRequire(users[0]!)('undici/package.json') as { version: string }
  if (version.startsWith('7.')) t.equal(resolve(replyFrom), resolve(users[0]!))
  t.end()
})

t.test('packages: fastify is the app\'s own; only the command brings one', (t) => {
  for (const { manifest } of packages) t.equal('fastify' in manifest.dependencies, manifest.name === 'floodgate', manifest.name)
  t.ok(packages.filter(({ manifest }) => 'fastify' in (manifest.peerDependencies ?? {})).length >= 8)
  t.end()
})

t.test('packages: each has a description and a README', (t) => {
  for (const { folder, manifest } of packages) {
    t.ok(manifest.description, `${manifest.name} has a description`)
    t.equal(manifest.license, 'Apache-2.0', manifest.name)
    t.equal(manifest.engines['node'], '>=20.19', manifest.name)
    t.match(fs.readFileSync(path.join(folder, 'README.md'), 'utf8'), new RegExp(`^# ${manifest.name}\n`), manifest.name)
  }
  t.end()
})

t.test('packages: the release names those that do not say where they come from', (t) => {
  const full = { name: 'full', repository: { type: 'git', url: 'https://git.example.com/full' }, bugs: 'https://git.example.com/full/issues', homepage: 'https://example.com' }
  t.same(listMissingAddresses([{ manifest: full }, { manifest: { name: 'half', homepage: 'https://example.com' } }]), ['half: repository, bugs'])
  t.end()
})

t.test('packages: packed and installed with npm, each is imported, required and type-checked', { timeout: 900_000 }, async (t) => {
  const dir = t.testdir({
    'package.json': '{ "private": true, "type": "module" }',
    'import.mjs': packages.map(({ manifest }, i) => `import * as p${i} from '${manifest.name}'\nif (Object.keys(p${i}).length === 0) throw new Error('${manifest.name} exports nothing')\n`).join(''),
    'require.cjs': packages.map(({ manifest }) => `if (Object.keys(require('${manifest.name}')).length === 0) throw new Error('${manifest.name} exports nothing')\n`).join(''),
    'types.ts': packages.map(({ manifest }, i) => `import * as p${i} from '${manifest.name}'\nvoid p${i}\n`).join(''),
    // An app in CommonJS: from the same imports the compiler makes require().
    'common.cts': packages.map(({ manifest }, i) => `import * as p${i} from '${manifest.name}'\nvoid p${i}\n`).join(''),
    'tsconfig.json': '{ "compilerOptions": { "module": "nodenext", "target": "es2023", "strict": true, "noEmit": true, "types": ["node"], "skipLibCheck": false }, "files": ["types.ts", "common.cts"] }'
  })
  const tarballs: string[] = []
  for (const { folder } of packages) tarballs.push(await pack(folder, dir))
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '@types/node@20', ...tarballs], { cwd: dir, env: environment })
  await t.resolves(run(process.execPath, ['import.mjs'], { cwd: dir, env: environment }), 'imported')
  await t.resolves(run(process.execPath, ['--disable-warning=ExperimentalWarning', 'require.cjs'], { cwd: dir, env: environment }), 'required')
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc')
  const { stdout } = await run(process.execPath, [tsc, '-p', '.'], { cwd: dir, env: environment }).catch((err) => err)
  t.equal(stdout, '', 'type-checked')
  for (const tarball of tarballs) await t.resolves(checkTarball(tarball), path.basename(tarball))
  const help = await run(process.execPath, [path.join(dir, 'node_modules/.bin/floodgate'), '--help'], { cwd: dir, env: environment })
  t.match(help.stdout, /Usage: floodgate/)
  const installed = await run('npm', ['ls', 'undici', '--all', '--parseable'], { cwd: dir, env: environment })
  t.equal(new Set(installed.stdout.trim().split('\n').filter((line) => line.endsWith('undici'))).size, 1, 'one undici')
})
