import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { errors } from '@floodgate/config-loader'

t.test('errors: each stands in the README under its code', async (t) => {
  const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8')
  for (const [key, Constructor] of Object.entries(errors)) {
    t.equal(new Constructor('', '', '').code, key)
    t.ok(readme.includes(`\`${key}\``), key)
  }
  t.equal(new Set(readme.match(/FG_ERR_CONFIG_[A-Z_]+/g)).size, Object.keys(errors).length)
})
