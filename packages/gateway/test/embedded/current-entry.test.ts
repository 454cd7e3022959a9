import t from 'tap'
import type { FloodgateEntry } from '@floodgate/engine'
import { createCurrentEntry } from '../../src/embedded/current-entry.ts'

t.test('createCurrentEntry: values and functions are those of the configuration in use', async (t) => {
  const make = (revision: string) => ({ name: revision, by: revision, revision, endpoints: [revision], stats: () => revision, async reload () {} }) as unknown as FloodgateEntry
  let current = make('one')
  const reload = async () => ({}) as never
  const entry = createCurrentEntry(() => current, { name: 'shop', by: 'gateway', reload })
  const { stats } = entry
  t.equal(entry.revision, 'one')
  current = make('two')
  t.equal(entry.revision, 'two')
  t.same(entry.endpoints, ['two'])
  t.equal(stats(), 'two')
  t.match(entry, { name: 'shop', by: 'gateway', reload })
  t.same(Object.keys({ ...entry }).sort(), ['by', 'endpoints', 'name', 'reload', 'revision', 'stats'])
})
