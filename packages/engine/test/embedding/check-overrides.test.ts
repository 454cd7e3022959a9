import t from 'tap'
import type { Endpoint } from '@floodgate/core'
import { findOverrides } from '@floodgate/engine'

const endpoints = [['GET', '/users/{id}'], ['POST', '/users/{id}'], ['GET', '/orders']].map(([method, path]) => ({ method, path })) as unknown as Endpoint[]

t.test('findOverrides: by method and path, or by path for every method; the later ones are added', async (t) => {
  const onResponse = (): void => {}
  const { byEndpoint, wrong } = findOverrides({ '/users/{id}': { onResponse }, 'POST /users/{id}': { retriesCount: 1 }, 'GET /orders': { method: undefined as never } }, endpoints, {})
  t.same(wrong, [])
  t.same(endpoints.map((endpoint) => byEndpoint.get(endpoint)), [{ onResponse }, { onResponse, retriesCount: 1 }, { method: undefined }])
})

t.test('findOverrides: endpoints, overrides and descriptions that do not exist are named with what was meant', async (t) => {
  const table: [Record<string, object>, string][] = [
    [{ '/user/{id}': {} }, '"overrides": the configuration has no endpoint "/user/{id}": did you mean "/users/{id}"?'],
    [{ 'PATCH /nowhere': {} }, '"overrides": the configuration has no endpoint "PATCH /nowhere": write one of GET /users/{id}, POST /users/{id}, GET /orders'],
    [{ '/orders': { rewriteHeader: () => ({}) } }, '"overrides" of "/orders": there is no override "rewriteHeader": did you mean "rewriteHeaders"?'],
    [{ '/orders': { onRespond: () => {} } }, '"overrides" of "/orders": there is no override "onRespond": did you mean "onResponse"?'],
    [{ '/orders': { schema: { tag: ['x'] } } }, '"overrides" of "/orders": "schema" has no "tag": did you mean "tags"?'],
    [{ '/orders': { schema: { hide: 'yes' } } }, '"overrides" of "/orders": "schema.hide" must be true or false'],
    [{ '/orders': { retryDelay: 5 } }, '"overrides" of "/orders": "retryDelay" must be a function'],
    [{ '/orders': { rewriteResponse: () => {} } }, '"overrides" of "/orders": "rewriteResponse" is not served here'],
    [{ '/orders': { rewriteRequestHeaders: (headers: object) => headers } }, '"overrides" of "/orders": the first parameter of "rewriteRequestHeaders" is called "headers": its parameters are (request, headers), as in @fastify/reply-from'],
    [{ '/orders': 5 as never }, '"overrides" of "/orders" must be an object: { onResponse, … }']
  ]
  for (const [overrides, message] of table) t.same(findOverrides(overrides, endpoints, { rewriteResponse: 'is not served here' }).wrong, [message])
})
