import path from 'node:path'
import t from 'tap'
import { draw, findFaults, readImports } from '../scripts/graph.mjs'

const root = path.resolve(import.meta.dirname, '..')

const nobody = { dependencies: {} }
const made = (files: Record<string, string>) => {
  const packages: Record<string, Record<string, unknown>> = {}
  for (const [file, text] of Object.entries(files)) {
    const [name = '', base = ''] = file.split('/')
    const folder = packages[name] ??= { 'package.json': JSON.stringify({ name: `@floodgate/${name}`, ...nobody }), src: {} }
    ;(folder['src'] as Record<string, string>)[base] = text
  }
  return { packages } as never
}

t.test('graph: packages import downward only, and in no circle', (t) => {
  const imports = readImports(root)
  t.ok(imports.size > 10)
  t.same(findFaults(imports), [])
  t.end()
})

t.test('graph: draws floors, and leaves out arrows that follow from others', (t) => {
  const imports = readImports(t.testdir(made({
    'go/index.ts': 'export const x = 1',
    'core/index.ts': "import { x } from '@floodgate/go'\nvoid x",
    'gateway/index.ts': "export * from '@floodgate/core'\nexport const load = async () => await import('@floodgate/go/part')"
  })))
  const arrows = (options?: { all: boolean }) => draw(imports, options).split('\n').filter((line) => line.includes('-->')).map((line) => line.trim())
  t.same(arrows(), ['core --> go', 'gateway --> core'])
  t.same(arrows({ all: true }), ['core --> go', 'gateway --> core', 'gateway --> go'])
  t.end()
})

t.test('graph: names an arrow upward or to the same floor, a circle, a path into another package, and a package without a floor', (t) => {
  const faultsOf = (files: Record<string, string>) => findFaults(readImports(t.testdir(made(files)))).join('\n')
  t.match(faultsOf({ 'go/index.ts': "import type { Y } from '@floodgate/core'", 'core/index.ts': '' }), /^go \(floor 0\) imports core \(floor 3\): packages\/go\/src\/index\.ts$/)
  t.match(faultsOf({ 'auth/index.ts': "import '@floodgate/traffic'", 'traffic/index.ts': "import '@floodgate/auth'" }), /^circle: auth -> traffic \(packages\/auth\/src\/index\.ts\) -> auth/m)
  t.match(faultsOf({ 'auth/index.ts': "import '@floodgate/traffic'", 'traffic/index.ts': '' }), /^auth \(floor 5\) imports traffic \(floor 5\)/)
  t.match(faultsOf({ 'auth/index.ts': "import '../../go/src/index.ts'", 'go/index.ts': '' }), /imports go by its path/)
  t.match(faultsOf({ 'attic/index.ts': '' }), /packages\/attic has no floor/)
  t.end()
})
