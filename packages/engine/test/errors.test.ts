import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

const codePattern = /FG_ERR_PROXY_[A-Z_]+/g

t.test('faults: every code is in the README, and no other', (t) => {
  const root = join(import.meta.dirname, '..')
  const raised = new Set(listSources(join(root, 'src')).flatMap((file) => readFileSync(file, 'utf8').match(codePattern) ?? []))
  const documented = new Set(readFileSync(join(root, 'README.md'), 'utf8').match(codePattern))
  t.same([...documented].sort(), [...raised].sort())
  t.end()
})

function listSources (folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts')).map((name) => join(folder, name))
}
