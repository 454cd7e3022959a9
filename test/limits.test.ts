import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'

const docs = path.resolve(import.meta.dirname, '../docs')
const page = fs.readFileSync(path.join(docs, 'limits.md'), 'utf8')

t.test('docs/limits.md: each line names a test that exists', (t) => {
  const rows = page.split('\n').filter((line) => line.startsWith('| ') && !/^\| (?:input|what) \|/.test(line))
  t.ok(rows.length > 20)
  for (const row of rows) {
    const tests = [...row.matchAll(/\[([^\]]+)\]\((\.\.\/[^)]+\.test\.ts)\)/g)]
    t.ok(tests.length > 0, row)
    for (const [, title, file] of tests) {
      const source = path.join(docs, file!)
      const code = fs.existsSync(source) ? fs.readFileSync(source, 'utf8').replaceAll("\\'", "'") : ''
      t.ok(code.includes(`test('${title}'`), `${file}: ${title}`)
    }
  }
  t.end()
})
