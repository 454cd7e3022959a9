import { availableParallelism } from 'node:os'
import t from 'tap'
import { availableCpus } from '@floodgate/gateway'

const all = availableParallelism()

t.test('availableCpus: is what the limit of the control group leaves, and at least one', async (t) => {
  const limited = (files: Record<string, string | Record<string, string>>) => availableCpus(t.testdir(files))
  t.equal(limited({}), all, 'no control group')
  t.equal(limited({ 'cpu.max': 'max 100000\n' }), all, 'no limit')
  t.equal(limited({ 'cpu.max': '50000 100000\n' }), 1, 'half of one')
  t.equal(limited({ 'cpu.max': '190000 100000\n' }), 1, 'not quite two')
  t.equal(limited({ 'cpu.max': '99900000 100000\n' }), all, 'more than there are')
  t.equal(limited({ cpu: { 'cpu.cfs_quota_us': '100000\n', 'cpu.cfs_period_us': '100000\n' } }), 1, 'version 1')
  t.equal(limited({ cpu: { 'cpu.cfs_quota_us': '-1\n', 'cpu.cfs_period_us': '100000\n' } }), all, 'version 1 without limit')
})
