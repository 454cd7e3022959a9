import { closeSync, openSync } from 'node:fs'
import t from 'tap'
import { processMetrics, readProcessMetrics } from '../../src/index.ts'

t.test('process metrics: what each process has by itself', (t) => {
  const families = readProcessMetrics()
  t.ok(families.every(({ over }) => over === 'worker'), 'the sum of start times says nothing')
  t.same(families.map(({ name }) => name), processMetrics.map(({ name }) => name))
  t.end()
})

t.test('process metrics: open files do not count the one that reads them', { skip: process.platform !== 'linux' && 'Linux has /proc' }, (t) => {
  const open = () => readProcessMetrics().find(({ name }) => name === 'process_open_fds')!.samples[0]![1]
  const folder = openSync('/proc/self/fd', 'r')
  const before = open()
  closeSync(folder)
  t.equal(open(), before - 1)
  t.end()
})
