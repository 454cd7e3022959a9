import { execFile } from 'node:child_process'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { addressesOf, findPage, pageOf, requirePage } from '../scripts/address.mjs'
import { checkTarball, environment, listPackages, pack } from '../scripts/packages.mjs'

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

const page = 'https://git.example.com/owner/floodgate'

t.test('packages: the page of the repository, for each form of its address', (t) => {
  const same = [
    page, `${page}/`, `${page}.git`, `git+${page}.git`, 'git@git.example.com:owner/floodgate.git', 'git.example.com:owner/floodgate',
    'ssh://git@git.example.com:2222/owner/floodgate.git', 'https://user:secret@git.example.com/owner/floodgate.git'
  ]
  for (const address of same) t.equal(pageOf(address), page, address)
  t.equal(pageOf('https://git.example.com:8443/a.git'), 'https://git.example.com:8443/a')
  for (const address of ['', '/srv/floodgate', '../floodgate', 'file:///srv/floodgate', 'C:\\floodgate', 'https://git.example.com/', 'floodgate']) {
    t.equal(pageOf(address), null, address)
  }
  t.end()
})

t.test('packages: the address is that of the option, of the root or of git; without one nothing is published', (t) => {
  const none = (): null => null
  t.equal(findPage(`${page}.git`, { repository: 'https://other.example.com/a' }, () => 'https://third.example.com/b'), page)
  t.equal(findPage(undefined, { repository: { url: `git+${page}.git` } }, () => 'https://third.example.com/b'), page)
  t.equal(findPage(undefined, { repository: page }, none), page)
  t.equal(findPage(undefined, {}, () => 'git@git.example.com:owner/floodgate.git'), page)
  t.equal(findPage(undefined, {}, () => '/srv/floodgate'), null)
  t.equal(findPage(undefined, {}, none), null)
  t.throws(() => findPage('/srv/floodgate', {}, none), /--repository: "\/srv\/floodgate" is not the address of a repository/)
  t.throws(() => { requirePage(null) }, /add `--repository https:\/\/…`, `repository` in the package\.json of the root, or a git remote `origin`/)
  t.doesNotThrow(() => { requirePage(page) })
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
  for (const { folder } of packages) tarballs.push(await pack(folder, dir, page))
  for (const [i, { folder, manifest }] of packages.entries()) {
    const { stdout } = await run('tar', ['-xzOf', tarballs[i]!, 'package/package.json'])
    t.match(JSON.parse(stdout), addressesOf(page, packages)[manifest.name]!, `${manifest.name} says where it comes from`)
    t.match(JSON.parse(stdout), {
      repository: { type: 'git', url: `git+${page}.git`, directory: `packages/${path.basename(folder)}` }, bugs: { url: `${page}/issues` }, homepage: `${page}#readme`
    })
  }
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
