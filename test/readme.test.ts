import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { loadConfiguration } from '@floodgate/gateway'
import { allFeatures } from '../packages/gateway/src/load.ts'

const root = path.resolve(import.meta.dirname, '..')
const readme = fs.readFileSync(path.join(root, 'README.md'), 'utf8')

t.test('README: the compatibility table names what is implemented, and nothing else', (t) => {
  const rows = [...readme.matchAll(/^\| (`[a-z][^|]*`) \| ([^|]*) \|$/gm)].filter(([, names]) => /`(floodgate|proxy|redis|router|[a-z-]+\/[a-z/-]+)`/.test(names!))
  const named = rows.filter(([, , says]) => /works|ours/.test(says!)).flatMap(([, names]) => [...names!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!))
  const implemented = [...allFeatures().map(({ namespace }) => namespace), 'router', 'backend/http/client']
  // Our own namespace stands in two tables.
  t.same([...new Set(named)].toSorted(), implemented.toSorted())
  t.end()
})

t.test('README: its configuration is read, but for the files that it names', async (t) => {
  const [, config] = /```json\n(.*?)```/s.exec(readme)!
  await t.rejects(loadConfiguration(JSON.parse(config!)), { code: 'FG_ERR_CONFIG_INVALID' })
  await loadConfiguration(JSON.parse(config!)).catch((err) => {
    const problems: { code: string }[] = err.problems
    t.ok(problems.length >= 3)
    t.ok(problems.filter(({ code }) => code !== 'unreadable-file').length === 0, err.message)
  })
})

t.test('READMEs: links lead to files that are there', (t) => {
  const files = ['README.md', ...fs.readdirSync(path.join(root, 'packages')).map((name) => `packages/${name}/README.md`), ...fs.readdirSync(path.join(root, 'examples')).map((name) => `examples/${name}/README.md`)]
  for (const file of files) {
    const text = fs.readFileSync(path.join(root, file), 'utf8')
    for (const [, link] of text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)) {
      t.ok(fs.existsSync(path.join(root, path.dirname(file), link!)), `${file}: ${link}`)
    }
  }
  t.end()
})
