import t from 'tap'
import { Call, Fault } from '@floodgate/core'
import { type AccessToken } from '../../src/client-credentials/request-token.ts'
import { createTokenCache } from '../../src/client-credentials/token-cache.ts'

t.test('createTokenCache: one request serves all who wait; renewed ahead of time, and when it expires', async (t) => {
  let time = 0
  let count = 0
  let fails = false
  const errors: unknown[] = []
  let release = (): void => {}
  const get = createTokenCache(() => new Promise((resolve, reject) => {
    const number = ++count
    release = () => { fails ? reject(new Error('down')) : resolve({ authorization: `Bearer ${number}`, lifetime: 100_000 }) }
  }), { onError: (error) => { errors.push(error) }, now: () => time })
  const call = new Call(0)
  const waiting = [get(call), get(call)]
  release()
  t.same(await Promise.all(waiting), ['Bearer 1', 'Bearer 1'])
  t.equal(count, 1)
  t.equal(get(call), 'Bearer 1')

  time = 79_999
  t.equal(get(call), 'Bearer 1')
  t.equal(count, 1)
  time = 80_000
  t.equal(get(call), 'Bearer 1', 'still good, and renewed')
  t.equal(get(call), 'Bearer 1')
  t.equal(count, 2)
  fails = true
  release()
  await new Promise(setImmediate)
  t.equal(errors.length, 1)
  t.equal(get(call), 'Bearer 1')
  t.equal(count, 2, 'not again at once')
  time = 85_000
  t.equal(get(call), 'Bearer 1')
  t.equal(count, 3)
  fails = false
  release()
  await new Promise(setImmediate)
  t.equal(get(call), 'Bearer 3')

  time = 175_000
  const late = get(call)
  t.ok(late instanceof Promise, 'expired 10 s before its end')
  release()
  t.equal(await late, 'Bearer 4')

  time = 1e6
  fails = true
  const failing = get(call)
  release()
  await t.rejects(failing as Promise<string>, { message: 'down' })
  fails = false
  const again = get(call)
  release()
  t.equal(await again, 'Bearer 6', 'a failure is not kept')
})

t.test('createTokenCache: waits no longer than the call, and goes on for others', async (t) => {
  let release = (_: AccessToken): void => {}
  const get = createTokenCache(() => new Promise((resolve) => { release = resolve }), { onError () {} })
  const [short, long] = [new Call(0), new Call(0)]
  const [first, second] = [get(short), get(long)] as [Promise<string>, Promise<string>]
  short.cancel(new Fault('abort', 'FG_ERR_TEST', 'gone'))
  await t.rejects(first, { code: 'FG_ERR_TEST' })
  release({ authorization: 'Bearer a', lifetime: Infinity })
  t.equal(await second, 'Bearer a')
  t.equal(get(long), 'Bearer a')
})
