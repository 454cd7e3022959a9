import t from 'tap'
import { createStateStore, writeSorted } from '../../src/reload/state-store.ts'

t.test('StateStore: a value stays while key and settings stay, and ends with the last configuration that uses it', async (t) => {
  const store = createStateStore()
  const closed: string[] = []
  let made = 0
  const make = (use: ReturnType<typeof store.use>, key: string, settings: unknown) =>
    use.keep(key, settings, () => `${key} ${++made}`, (value) => { closed.push(value) })
  const first = store.use()
  t.equal(make(first, 'a', { x: 1, y: 2 }), 'a 1')
  t.equal(make(first, 'a', { x: 1, y: 2 }), 'a 1', 'twice in one configuration')
  t.equal(make(first, 'b', 1), 'b 2')
  const second = store.use()
  t.equal(make(second, 'a', { y: 2, x: 1 }), 'a 1', 'in another order')
  t.equal(make(second, 'b', 2), 'b 3', 'other settings')
  await first.release()
  t.same(closed, ['b 2'])
  await first.release()
  t.same(closed, ['b 2'], 'released once')
  await second.release()
  t.same(closed, ['b 2', 'a 1', 'b 3'])
  t.equal(store.size, 0)
})

t.test('StateStore: a value that cannot be made is not kept, and a failure to close one leaves no other open', async (t) => {
  const store = createStateStore()
  const use = store.use()
  t.throws(() => use.keep('a', null, () => { throw new Error('not yet') }), { message: 'not yet' })
  const closed: number[] = []
  use.keep('a', null, () => 1, (n) => { closed.push(n); throw new Error('stuck') })
  use.keep('b', undefined, () => 2, (n) => { closed.push(n) })
  await t.rejects(use.release(), { message: 'stuck' })
  t.same([closed, store.size], [[1, 2], 0])
})

t.test('writeSorted: keys of objects at any depth', (t) => {
  t.equal(writeSorted({ b: [{ d: 1, c: null }], a: 'x' }), '{"a":"x","b":[{"c":null,"d":1}]}')
  t.equal(writeSorted(undefined), 'undefined')
  t.end()
})
