import t from 'tap'
import { aggregatorOf, createAggregateFetch, readMaxAge } from '../../src/jwk-aggregator/aggregated-keys.ts'
import type { Key, KeyRing } from '../../src/keys/key-ring.ts'

const ring = (...kids: string[]): KeyRing => ({ size: kids.length, find: (id) => kids.includes(id) ? [{ kid: id } as Key] : [] })
const found = (ring: KeyRing, ids: string[]) => ids.map((id) => ring.find(id, 'kid').length)

t.test('createAggregateFetch: the keys of all origins, and of one that fails those it had', async (t) => {
  let down = ''
  const failed: string[] = []
  const fetchAll = createAggregateFetch({
    origins: ['one', 'two'],
    cache: false,
    async fetch (origin) {
      if (origin === down) throw new Error('down')
      return { ring: ring(origin, 'both'), maxAge: 60_000 }
    },
    onError (origin) { failed.push(origin) }
  })
  t.strictSame(found(await fetchAll(), ['one', 'two', 'both', 'none']), [1, 1, 2, 0])
  down = 'two'
  t.strictSame(found(await fetchAll(), ['one', 'two']), [1, 1])
  t.strictSame(failed, ['two'])
})

t.test('createAggregateFetch: without any keys it fails; with some it does not', async (t) => {
  const failed: string[] = []
  const create = (good: string[]) => createAggregateFetch({
    origins: ['one', 'two'],
    cache: false,
    async fetch (origin) {
      if (!good.includes(origin)) throw new Error(`${origin} is down`)
      return { ring: ring(origin), maxAge: 0 }
    },
    onError (origin) { failed.push(origin) }
  })
  await t.rejects(create([])(), { message: 'one is down' })
  t.strictSame(found(await create(['two'])(), ['one', 'two']), [0, 1])
  t.strictSame(failed, ['one'])
})

t.test('createAggregateFetch: keeps answers for as long as they allow, if it is to', async (t) => {
  let now = 0
  const fetched: string[] = []
  const create = (cache: boolean) => createAggregateFetch({
    origins: ['short', 'long'],
    cache,
    async fetch (origin) {
      fetched.push(origin)
      return { ring: ring(origin), maxAge: origin === 'short' ? 1000 : 60_000 }
    },
    onError () {},
    now: () => now
  })
  const kept = create(true)
  await kept()
  now = 2000
  await kept()
  t.strictSame(fetched.splice(0), ['short', 'long', 'short'])
  const never = create(false)
  await never()
  await never()
  t.equal(fetched.length, 4)
})

t.test('aggregatorOf: only the local address with its port means the aggregator', async (t) => {
  const own = { port: 9876, origins: ['https://a'] }
  const of = (url: string, settings: object = { name: ['jwk-aggregator'], 'jwk-aggregator': own }) => aggregatorOf({ extra: { 'plugin/http-server': settings } }, url)
  for (const url of ['http://localhost:9876', 'http://127.0.0.1:9876/any', 'http://[::1]:9876/']) t.equal(of(url), own, url)
  for (const url of ['http://localhost:9877', 'https://localhost:9876', 'http://localhost.example:9876', 'http://a@b:9876', 'no address', '']) t.equal(of(url), null, url)
  t.equal(of('http://localhost:9876', { name: [], 'jwk-aggregator': own }), null)
  t.equal(aggregatorOf({ extra: {} }, 'http://localhost:9876'), null)
})

t.test('readMaxAge: in ms, and 0 for what must not be kept', async (t) => {
  const ages = ['public, max-age=60', 'Max-Age="5"', 'no-store, max-age=60', 'no-cache', '', 's-maxage=3'].map(readMaxAge)
  t.strictSame(ages, [60_000, 5000, 0, 0, 0, 0])
})
