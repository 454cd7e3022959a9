import { readFileSync } from 'node:fs'
import t from 'tap'
import { features } from '@floodgate/auth'
import * as errors from '../src/errors.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

t.test('README: names every error, and no other', async (t) => {
  const codes = Object.entries(errors).filter(([name]) => name.startsWith('FG_ERR_'))
  t.equal(codes.length, 4)
  for (const [name, value] of codes) t.equal(typeof value === 'string' ? value : new (value as typeof errors.FG_ERR_AUTH_KEY_SET)('a', 'b').code, name)
  t.same([...readme.matchAll(/^\| `(FG_ERR_\w+)`/gm)].map(([, code]) => code).sort(), codes.map(([name]) => name).sort())
})

t.test('README: names every namespace and every key of its settings', async (t) => {
  for (const { namespace, schemas } of features) {
    t.match(readme, `\`${namespace}\``)
    for (const schema of Object.values(schemas)) {
      const { properties = {} } = schema as { properties?: Record<string, unknown> }
      for (const key of Object.keys(properties)) if (!/^revoke_server_(?:ping_interval|max)/.test(key)) t.ok(readme.includes(`\`${key}\``), `${namespace}: ${key}`)
    }
  }
})
