import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { cleanEnvironment } from './conformance/gateway-process.ts'
import { listWorkspacePackages } from '../scripts/packages.mjs'

const packages = listWorkspacePackages()

for (const { folder, manifest } of packages) {
  t.test(`build of ${manifest.name}: exports what its sources export`, async (t) => {
    for (const target of Object.values(manifest.exports)) {
      if (typeof target === 'string') continue
      const [built, source] = await Promise.all([target.default!, target['@floodgate/source']!].map(async (file) => await import(pathToFileURL(path.join(folder, file)).href) as object))
      t.same(Object.keys(built!).sort(), Object.keys(source!).sort(), target.default!)
    }
  })

  t.test(`build of ${manifest.name}: each source of its own is in one file, and no other's in any`, (t) => {
    const dist = path.join(folder, 'dist')
    const where = new Map<string, string>()
    for (const map of (fs.readdirSync(dist, { recursive: true }) as string[]).filter((name) => name.endsWith('.js.map'))) {
      const { sources, sourcesContent } = JSON.parse(fs.readFileSync(path.join(dist, map), 'utf8')) as { sources: string[], sourcesContent?: unknown }
      t.equal(sourcesContent, undefined, `${map} refers to the published sources`)
      for (const source of sources) {
        const file = path.resolve(dist, path.dirname(map), source)
        t.ok(file.startsWith(path.join(folder, 'src') + path.sep) && fs.existsSync(file), `${map} has ${source}`)
        t.equal(where.get(file), undefined, `${source} is in ${map} only`)
        where.set(file, map)
      }
    }
    t.ok(where.size > 0)
    t.end()
  })
}

t.test('build: a package loads the others, it holds no copies of them', (t) => {
  const { stdout, stderr } = node('--input-type=module', '--eval', `
    import { allFeatures } from '@floodgate/gateway/load'
    import { features } from '@floodgate/security'
    console.log(features.length > 0 && features.every((feature) => allFeatures().includes(feature)))
  `)
  t.equal(stdout, 'true\n', stderr)
  t.end()
})

t.test('build: with --enable-source-maps a stack names the sources', (t) => {
  const { stdout, stderr } = node('--enable-source-maps', '--input-type=module', '--eval', `
    import { compileGoPattern } from '@floodgate/go/regexp'
    try { compileGoPattern('(') } catch (error) { console.log(error.stack) }
  `)
  t.match(stdout, /\/packages\/go\/src\/regexp\/compile-pattern\.ts:\d+/, stderr)
  t.end()
})

/** Runs node where the packages of the gateway are installed, as an app would. */
function node (...args: string[]) {
  return spawnSync(process.execPath, args, { cwd: path.resolve(import.meta.dirname, '../packages/gateway'), env: cleanEnvironment(), encoding: 'utf8' })
}
