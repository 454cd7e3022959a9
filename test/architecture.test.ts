import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { draw, floors, readImports } from '../scripts/graph.mjs'

const root = path.resolve(import.meta.dirname, '..')
const file = path.join(root, 'docs/architecture.md')
const page = fs.readFileSync(file, 'utf8')

// With UPDATE_DOCS=1 the picture is written, otherwise compared.
t.test('docs/architecture.md: its picture is what the sources import', (t) => {
  const made = page.replace(/(<!-- graph -->\n```mermaid\n).*?(```)/s, (_, before: string, after: string) => `${before}${draw(readImports(root))}\n${after}`)
  if (process.env['UPDATE_DOCS']) fs.writeFileSync(file, made)
  else t.equal(page, made, 'docs/architecture.md is current; otherwise run this test with UPDATE_DOCS=1')
  t.end()
})

t.test('docs/architecture.md: its table has every package on its floor', (t) => {
  const rows = [...page.matchAll(/^\| (\d) \| (\[.+?) \|/gm)].flatMap(([, floor, cell]) => [...cell!.matchAll(/\[([a-z-]+)\]/g)].map(([, name]) => `${floor} ${name}`))
  t.same(rows.toSorted(), floors.flatMap((names, floor) => names.map((name) => `${floor} ${name}`)).toSorted())
  t.end()
})

t.test('docs/architecture.md: the files of its walks contain what they are named for', (t) => {
  const walks = [...page.matchAll(/<!-- walk(: setting)? -->\n\n((?:\|.*\n)+)/g)].map(([, isSetting, table]) => ({ isSetting: isSetting !== undefined, rows: [...table!.matchAll(/^\| \[[^\]]+\]\(([^)]+)\) \| `([^`]+)` \|/gm)] }))
  t.equal(walks.length, 3)
  for (const { isSetting, rows } of walks) {
    t.ok(isSetting ? rows.length <= 8 && rows.length > 4 : rows.length > 8)
    for (const [, link, name] of rows) {
      const source = path.join(root, 'docs', link!)
      t.ok(fs.existsSync(source) && fs.readFileSync(source, 'utf8').includes(name!), `${link} has ${name}`)
    }
  }
  t.end()
})
