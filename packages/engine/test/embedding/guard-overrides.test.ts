import type { FastifyRequest } from 'fastify'
import t from 'tap'
import { Fault } from '@floodgate/core'
import { guardOverrides, type EndpointOverrides } from '@floodgate/engine'

const request = {} as FastifyRequest

t.test('guardOverrides: what can be used passes, without fields that are undefined', async (t) => {
  let read = 0
  const { getUpstream, queryString, rewriteHeaders, rewriteRequestHeaders, onResponse } = guardOverrides({
    getUpstream: (_request, base) => `${base}:8080`,
    queryString: () => 'a=b',
    rewriteHeaders: (headers) => ({ ...headers, 'x-gone': undefined } as never),
    rewriteRequestHeaders: () => ({ get 'x-a' () { read++; return ['1', '2'] } }),
    onResponse: () => 'left as it is'
  }, 'GET /a')
  t.equal(getUpstream!(request, 'http://api'), 'http://api:8080')
  t.equal((queryString as () => string)(), 'a=b')
  t.same(rewriteHeaders!({ 'x-kept': 'yes' }, request), { 'x-kept': 'yes' })
  t.same(rewriteRequestHeaders!(request, {}), { 'x-a': ['1', '2'] })
  t.equal(read, 1, 'a getter is called once')
  t.equal(onResponse!(request, {} as never, {} as never), 'left as it is')
  t.same(guardOverrides({ queryString: { a: 1 } }, 'GET /a'), { queryString: { a: 1 } })
})

t.test('guardOverrides: anything else is a fault that names the override and the endpoint', async (t) => {
  const table: [EndpointOverrides, RegExp][] = [
    [{ getUpstream: () => 'http://user:secret@a b' }, /^the override getUpstream of GET \/a gave "http:\/\/a b": the origin to call/],
    [{ getUpstream: (() => 42) as never }, /gave a number: the origin to call, such as "http:\/\/api:8080", is expected$/],
    [{ queryString: () => 'a b' }, /the override queryString of GET \/a gave "a b": a query, encoded, is expected$/],
    [{ rewriteHeaders: (async () => ({})) as never }, /gave a promise: an object of header fields is expected/],
    [{ rewriteHeaders: () => ({ 'x-a': 'a\nb' }) }, /gave a header field that cannot be sent/],
    [{ rewriteRequestHeaders: () => ({ raw: '1', log: '1' }) }, /gave the request: its parameters are \(request, headers\)$/],
    [{ rewriteRequestHeaders: () => { throw new Error('mistake') } }, /failed: mistake$/],
    [{ retryDelay: () => { throw new Error('mistake') } }, /the override retryDelay of GET \/a failed: mistake$/]
  ]
  for (const [overrides, detail] of table) {
    const [guarded] = Object.values(guardOverrides(overrides, 'GET /a')) as [() => unknown]
    t.throws(guarded, Fault, String(detail))
    try { guarded() } catch (error) { t.match(error, { kind: 'foreign', detail }) }
  }
  const refused = Object.assign(new Error('not yours'), { statusCode: 403 })
  t.throws(() => guardOverrides({ getUpstream: () => { throw refused } }, 'GET /a').getUpstream!(request, ''), refused, 'a client error is the answer')
})
