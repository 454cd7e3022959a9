import t from 'tap'
import { Outages } from '../../../src/opentelemetry/export/outages.ts'

t.test('outages: one line when one begins, one when it ends', (t) => {
  const outages = new Outages()
  t.notOk(outages.accept('traces'))
  t.ok(outages.fail('traces'))
  t.notOk(outages.fail('traces'))
  t.notOk(outages.fail('metrics'), 'the same outage')
  t.ok(outages.accept('traces'))
  t.notOk(outages.accept('metrics'))
  t.ok(outages.fail('metrics'), 'the next one')
  t.ok(outages.accept('metrics'))
  t.end()
})

t.test('outages: a collector that takes traces alone has one line, until it refuses them too', (t) => {
  const outages = new Outages()
  outages.accept('traces')
  t.ok(outages.fail('metrics'))
  for (let i = 0; i < 3; i++) {
    t.notOk(outages.accept('traces'))
    t.notOk(outages.fail('metrics'))
  }
  t.ok(outages.isOn)
  t.ok(outages.fail('traces'))
  t.ok(outages.accept('traces'))
  t.notOk(outages.fail('metrics'))
  t.end()
})
