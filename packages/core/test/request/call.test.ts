import t from 'tap'
import { Call, Fault } from '@floodgate/core'

t.test('Call: ends at its deadline and tells its listeners once', async (t) => {
  const call = new Call(20)
  const reasons: Fault[] = []
  await new Promise<void>((resolve) => {
    call.listen((reason) => { reasons.push(reason) })
    call.listen((reason) => { reasons.push(reason); resolve() })
  })
  t.equal(reasons.length, 2)
  t.equal(reasons[0]!.kind, 'deadline')
  t.equal(call.reason, reasons[0])
  call.cancel(new Fault('abort', 'X', 'later'))
  t.equal(call.reason!.kind, 'deadline', 'the first reason stays')
})

t.test('Call: a child ends with its parent, and lets go of it when it finishes', (t) => {
  const parent = new Call(0)
  const child = new Call(1000, parent)
  const done = new Call(1000, parent)
  const seen: string[] = []
  child.listen((reason) => { seen.push('child ' + reason.code) })
  done.listen((reason) => { seen.push('done ' + reason.code) })
  done.finish()
  parent.cancel(new Fault('abort', 'GONE', 'the client went away'))
  t.same(seen, ['child GONE'])
  t.equal(new Call(1000, parent).reason!.code, 'GONE', 'a child of an ended call has ended')
  const late: string[] = []
  parent.listen((reason) => { late.push(reason.code) })
  t.same(late, ['GONE'], 'a late listener is called at once')
  t.end()
})

t.test('Call: unlisten and finish keep silent', (t) => {
  const call = new Call(0)
  const seen: string[] = []
  const first = () => { seen.push('first') }
  const second = () => { seen.push('second') }
  const third = () => { seen.push('third') }
  call.listen(first)
  call.listen(second)
  call.listen(third)
  call.unlisten(first)
  call.unlisten(second)
  call.cancel(new Fault('abort', 'GONE', 'gone'))
  t.same(seen, ['third'])
  const finished = new Call(5)
  finished.listen(first)
  finished.finish()
  finished.cancel(new Fault('abort', 'GONE', 'gone'))
  t.same(seen, ['third'])
  t.end()
})
