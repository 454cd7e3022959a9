import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { cleanEnvironment } from './conformance/gateway-process.ts'

const root = path.resolve(import.meta.dirname, '..')
const page = fs.readFileSync(path.join(root, 'CONTRIBUTING.md'), 'utf8')
const fromSources = ['--import', path.join(root, 'test/runner/strip-types.mjs'), '--conditions=@floodgate/source']
const order = 'packages/gateway/src/order.ts'

// In a copy of the packages, so that the repository stays as it is.
t.test('CONTRIBUTING: its steps make a namespace that is tested and served', { timeout: 120_000 }, async (t) => {
  const copy = copyPackages(t.testdir())
  for (const [, file, text] of page.matchAll(/<!-- file: (\S+) -->\n```\w+\n(.*?)```/gs)) {
    fs.mkdirSync(path.dirname(path.join(copy, file!)), { recursive: true })
    fs.writeFileSync(path.join(copy, file!), text!)
  }
  const [, index, entry] = /<!-- entry: (\S+) -->\n```ts\n(.*?)```/s.exec(page)!
  edit(path.join(copy, index!), (text) => `${entry}${text.replace(/(?<=features: readonly Feature\[\] = \[)/, 'maintenanceFeature, ')}`)
  const [, namespace, neighbour] = new RegExp(`\`${order}\`: \`('[^\`]+')\` behind \`('[^\`]+')\``).exec(page)!
  edit(path.join(copy, order), (text) => text.replace(neighbour!, `${neighbour}, ${namespace}`))

  const tested = spawnSync(process.execPath, [...fromSources, 'packages/security/test/maintenance/feature.test.ts'], { cwd: copy, env: cleanEnvironment(), encoding: 'utf8' })
  t.equal(tested.status, 0, tested.stdout + tested.stderr)
  t.match(tested.stdout, /# pass +2|ok 2/)

  const placed = spawnSync(process.execPath, [...fromSources, '--input-type=module', '--eval', "import { allFeatures } from './packages/gateway/src/load.ts'; console.log(allFeatures().map(({ namespace }) => namespace).join())"], { cwd: copy, env: cleanEnvironment(), encoding: 'utf8' })
  t.match(placed.stdout, `${neighbour},${namespace}`.replaceAll('\'', ''), placed.stderr)

  const gateway = spawn(process.execPath, [...fromSources, 'packages/cli/src/bin.ts', 'run', '-c', 'krakend.json', '-p', '0'], { cwd: copy, env: cleanEnvironment() })
  const ended = once(gateway, 'exit')
  t.teardown(async () => {
    gateway.kill()
    await ended
  })
  const answer = await fetch(`http://127.0.0.1:${await portOf(gateway)}/orders`)
  t.equal(answer.status, 503)
  t.equal(answer.headers.get('retry-after'), '120')
})

/** Copies sources and tests of all packages; their links to each other lead inside the copy, others to the real node_modules. */
function copyPackages (folder: string): string {
  fs.cpSync(path.join(root, 'packages'), path.join(folder, 'packages'), { recursive: true, verbatimSymlinks: true, filter: (file) => path.basename(file) !== 'dist' && !file.endsWith('.tsbuildinfo') })
  fs.symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'))
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }')
  return fs.realpathSync(folder)
}

function edit (file: string, change: (text: string) => string): void {
  const before = fs.readFileSync(file, 'utf8')
  const after = change(before)
  if (after === before) throw new Error(`${file} has no longer the place that CONTRIBUTING.md names`)
  fs.writeFileSync(file, after)
}

async function portOf (gateway: ReturnType<typeof spawn>): Promise<string> {
  let output = ''
  for (const stream of [gateway.stdout!, gateway.stderr!]) stream.on('data', (chunk) => { output += chunk })
  for (;;) {
    const port = /listening on \S*?:(\d+)\n/.exec(output)?.[1]
    if (port !== undefined) return port
    if (gateway.exitCode !== null) throw new Error(`The gateway ended with ${gateway.exitCode}: ${output}`)
    await Promise.race([once(gateway.stderr!, 'data'), once(gateway.stdout!, 'data'), once(gateway, 'close')])
  }
}
