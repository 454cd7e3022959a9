import t from 'tap'
import { createDetector } from '../../src/bot/detector.ts'

t.test('createDetector: reads names as UTF-8', async (t) => {
  t.ok(createDetector({ deny: ['böse'] })(Buffer.from('böse').toString('latin1')))
})

t.test('createDetector: takes the same time for what makes other engines slow', async (t) => {
  const isBot = createDetector({ patterns: ['^(a+)+$', '(x|x|x|x)*y$'] })
  const start = process.cpuUsage()
  t.notOk(isBot(`${'a'.repeat(5000)}!`))
  t.notOk(isBot('x'.repeat(5000)))
  t.ok(process.cpuUsage(start).user < 5_000_000, 'of processor time')
})
