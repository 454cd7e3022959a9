import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'

const folder = path.resolve(import.meta.dirname, '../docs/adr')
const records = fs.readdirSync(folder).filter((file) => file !== 'README.md').sort()

t.test('docs/adr: numbers are continuous, and each record has the title, the sections and the row of the index', (t) => {
  const index = fs.readFileSync(path.join(folder, 'README.md'), 'utf8')
  records.forEach((file, i) => {
    const number = String(i + 1).padStart(4, '0')
    t.match(file, new RegExp(`^${number}-[a-z0-9-]+\\.md$`))
    const text = fs.readFileSync(path.join(folder, file), 'utf8')
    const title = new RegExp(`^# ${number}: (.+)\n`).exec(text)?.[1]
    t.ok(title, `${file} begins with # ${number}: …`)
    t.same([...text.matchAll(/^## (.+)$/gm)].map(([, section]) => section), ['Context', 'Choice', 'Cost'], file)
    t.ok(index.includes(`| [${number}](${file}) | ${title} |`), `the index has ${file} with its title`)
  })
  t.equal([...index.matchAll(/^\| \[/gm)].length, records.length)
  t.end()
})
