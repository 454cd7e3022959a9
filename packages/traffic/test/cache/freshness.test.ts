import { type Headers } from '@floodgate/core'
import t from 'tap'
import { ageOf, freshnessOf, lifetimeOf, standsIn, usefulFor } from '../../src/cache/freshness.ts'
import { readDirectives } from '../../src/cache/directives.ts'

const date = (offset = 0) => new Date(Date.now() + offset).toUTCString()

const minute = { 'cache-control': 'max-age=60' }

t.test('lifetimeOf: max-age before Expires, and nothing is guessed', async (t) => {
  t.equal(lifetimeOf(minute), 60_000)
  t.equal(lifetimeOf({ 'cache-control': 'private, Max-Age="5"', expires: date(99_000) }), 5000)
  t.equal(lifetimeOf({ 'cache-control': 's-maxage=9' }), 0)
  t.equal(lifetimeOf({ 'cache-control': 'max-age=soon' }), 0)
  t.equal(lifetimeOf({ expires: date(30_000), date: date() }), 30_000)
  t.equal(lifetimeOf({ expires: '0', date: date() }), 0)
  t.ok(lifetimeOf({ expires: date(30_000) }) > 28_000, 'without a Date')
  t.equal(lifetimeOf({ 'last-modified': date(-1e9) }), 0)
  t.equal(ageOf({ age: '7', date: date() }), 7000)
  t.ok(ageOf({ date: date(-20_000) }) >= 20_000)
  t.equal(ageOf({}), 0)
})

t.test('freshnessOf: what the client asks for counts', async (t) => {
  const of = (wanted: string, age = 30_000, headers: Headers = minute) => freshnessOf(headers, age, readDirectives(wanted))
  t.equal(of(''), 'fresh')
  t.equal(of('', 60_000), 'stale')
  t.equal(of('no-cache'), 'reload')
  t.equal(of('max-age=20'), 'stale')
  t.equal(of('min-fresh=30'), 'stale')
  t.equal(of('max-stale=10', 65_000), 'fresh')
  t.equal(of('max-stale', 1e9), 'fresh')
  t.equal(of('only-if-cached', 1e9), 'fresh')
  t.equal(of('', 0, { 'cache-control': 'max-age=60, no-cache' }), 'stale')
  t.equal(standsIn({ 'cache-control': 'stale-if-error=10' }, 9000, readDirectives('')), true)
  t.equal(standsIn({ 'cache-control': 'stale-if-error=10' }, 11_000, readDirectives('')), false)
  t.equal(standsIn({ 'cache-control': 'stale-if-error' }, 1e9, readDirectives('')), true)
  t.equal(standsIn(minute, 0, readDirectives('')), false)
  const strict = { 'cache-control': 'max-age=60, must-revalidate, stale-if-error' }
  t.same([of('max-stale', 65_000, strict), standsIn(strict, 65_000, readDirectives(''))], ['stale', false])
  t.same([minute, { etag: 'a' }, { 'cache-control': 'stale-if-error=5' }, {}].map(usefulFor), [60_000, 86_400_000, 5000, 0])
})
