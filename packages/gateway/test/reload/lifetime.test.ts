import { EventEmitter } from 'node:events'
import t from 'tap'
import { createLifetime } from '../../src/reload/lifetime.ts'

function live (wait: number, close = async (): Promise<void> => {}) {
  const seen: unknown[] = []
  let closed = (): void => {}
  const isClosed = new Promise<void>((resolve) => { closed = resolve })
  const lifetime = createLifetime({
    log: { error: (...line: unknown[]) => { seen.push(line) } } as never,
    wait,
    async close () { seen.push('close'); await close() },
    onClosed () { seen.push('closed'); closed() }
  })
  return { lifetime, seen, isClosed }
}

t.test('createLifetime: closes behind its last request, once', async (t) => {
  const { lifetime, seen, isClosed } = live(60_000)
  const [one, two] = [new EventEmitter(), new EventEmitter()]
  lifetime.enter(one)
  lifetime.enter(two)
  one.emit('close')
  lifetime.retire()
  t.same(seen, [])
  two.emit('close')
  await isClosed
  await lifetime.close()
  t.same(seen, ['close', 'closed'])
})

t.test('createLifetime: without requests it closes when it retires, and while it serves never', async (t) => {
  const { lifetime, seen, isClosed } = live(60_000)
  const request = new EventEmitter()
  lifetime.enter(request)
  request.emit('close')
  t.same(seen, [])
  lifetime.retire()
  await isClosed
  t.same(seen, ['close', 'closed'])
})

t.test('createLifetime: requests that do not end have their time', async (t) => {
  const { lifetime, isClosed } = live(1)
  lifetime.enter(new EventEmitter())
  lifetime.retire()
  const alive = setInterval(() => {}, 1000)
  await isClosed
  clearInterval(alive)
  t.pass('it has closed')
})

t.test('createLifetime: a failure is logged', async (t) => {
  const { lifetime, seen } = live(1, async () => { throw new Error('stuck') })
  await lifetime.close()
  t.match(seen, ['close', [{ err: { message: 'stuck' } }, 'closing failed'], 'closed'])
})
