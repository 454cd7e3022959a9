import { createHash } from 'node:crypto'
import type { Endpoint, FeatureContext } from '@floodgate/core'
import Fastify from 'fastify'
import t from 'tap'
import { feature } from '../../src/api-keys/feature.ts'
import { fnv128 } from '../../src/api-keys/fnv128.ts'
import { startOrigin } from '@floodgate/testing'
import { startGateway } from '../support/gateway.ts'

t.test('auth/api-keys: keys, roles and what backends are told of them', async (t) => {
  const seen: (string | string[] | undefined)[] = []
  const backend = await startOrigin(t, ({ headers }, response) => {
    seen.push(headers['x-role'])
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  const endpoint = (path: string, settings: object) => ({ endpoint: path, input_headers: ['X-Role'], input_query_strings: ['*'], extra_config: { 'auth/api-keys': settings }, backend: [{ url_pattern: '/', host: [backend.url] }] })
  const gateway = await startGateway(t, {
    extra_config: { 'auth/api-keys': { propagate_role: 'X-Role', keys: [{ key: 'ab', roles: ['A', 'B'] }, { key: 'c', roles: ['C'] }, { key: 'none' }] } },
    endpoints: [
      endpoint('/any', { roles: [] }),
      endpoint('/roles', { roles: ['B', 'C'] }),
      endpoint('/query', { roles: ['A'], strategy: 'query_string' }),
      endpoint('/own', { identifier: 'X-Key' }),
      endpoint('/rate', { client_max_rate: 2 })
    ]
  })
  const status = async (path: string, headers: Record<string, string | string[]> = {}) => (await gateway.get(path, { 'x-role': 'evil', ...headers })).status
  const refused = await gateway.get('/any')
  t.match(refused, { status: 401, body: '', headers: { 'www-authenticate': undefined, 'x-krakend-completed': undefined } })
  t.equal(await status('/any', { authorization: 'Bearer nobody' }), 401)
  t.equal(await status('/any', { authorization: 'x'.repeat(5000) }), 401)
  for (const authorization of ['Bearer ab', 'bearer  ab', 'ab', 'c', 'none']) t.equal(await status('/any', { authorization }), 200, authorization)
  t.same(seen.splice(0), Array(5).fill('ANY'))
  t.equal(await status('/roles', { authorization: 'Bearer ab' }), 200)
  t.equal(await status('/roles', { authorization: 'Bearer c' }), 200)
  t.equal(await status('/roles', { authorization: 'Bearer none' }), 403)
  t.same(seen.splice(0), ['B', 'C'])
  t.equal(await status('/query?key=ab'), 200)
  t.equal(await status('/query?key=c'), 403)
  t.equal(await status('/query?key=&key=ab'), 401)
  t.equal(await status('/query', { authorization: 'Bearer ab' }), 401)
  t.equal(await status('/own', { 'x-key': 'ab' }), 200)
  t.equal(await status('/own', { authorization: 'ab' }), 401)
  t.same([await status('/own', { 'x-key': ['ab', 'x'] }), await status('/own', { 'x-key': ['x', 'ab'] })], [200, 401], 'of several lines the first counts')
  t.equal(await status('/any', { authorization: 'ab', x_role: 'evil' }), 200)
  t.same([await status('/rate', { authorization: 'ab' }), await status('/rate', { authorization: 'ab' }), await status('/rate', { authorization: 'ab' }), await status('/rate', { authorization: 'c' })], [200, 200, 429, 200])
})

t.test('auth/api-keys: hashed keys', async (t) => {
  const backend = await startOrigin(t, (_, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end('{}') })
  const hashes = { sha256: (text: string) => createHash('sha256').update(text).digest('hex').toUpperCase(), sha1: (text: string) => createHash('sha1').update(text).digest('hex'), fnv128 }
  for (const [hash, write] of Object.entries(hashes)) {
    for (const salt of ['', 'salt']) {
      const gateway = await startGateway(t, {
        extra_config: { 'auth/api-keys': { hash, salt, identifier: 'x-key', keys: [{ key: write(`${salt}secret`), roles: [] }] } },
        endpoints: [{ endpoint: '/a', extra_config: { 'auth/api-keys': { roles: [] } }, backend: [{ url_pattern: '/', host: [backend.url] }] }]
      })
      t.equal((await gateway.get('/a', { 'x-key': 'secret' })).status, 200, `${hash} ${salt}`)
      t.equal((await gateway.get('/a', { 'x-key': write(`${salt}secret`) })).status, 401, 'the hash is no key')
      t.equal((await gateway.get('/a', { 'x-key': `${salt}secret` })).status, salt === '' ? 200 : 401)
    }
  }
})

t.test('auth/api-keys: wrong settings stop the start, and show no key', async (t) => {
  const endpoints = [{ endpoint: '/a', extra_config: { 'auth/api-keys': { roles: [] } }, backend: [{ url_pattern: '/', host: ['http://a.test'] }] }]
  const wrong: [object | undefined, RegExp][] = [
    [undefined, /auth\/api-keys.*there are no keys/],
    [{ keys: [{ key: 'hush-hush' }, { key: 'hush-hush' }] }, /keys\[1\].*is a duplicate of an earlier key: remove it/],
    [{ keys: [{ key: 'hush-hush' }], hash: 'sha256' }, /keys\[0\].*not a sha256 hash/],
    [{ keys: [{ key: '' }] }, /keys\[0\].*must not be empty/],
    [{ keys: [{ key: 'hush-hush' }], hash: 'md5' }, /hash.*must be/],
    [{ keys: [{ key: 'hush-hush' }], strategy: 'cookie' }, /strategy.*must be/]
  ]
  for (const [settings, why] of wrong) {
    const error = await startGateway(t, { endpoints, ...(settings && { extra_config: { 'auth/api-keys': settings } }) }).catch((error) => error) as Error
    t.match(error, { code: 'FG_ERR_CONFIG_INVALID', message: why })
    t.notMatch(error.message, /hush-hush/)
  }
})

t.test('auth/api-keys: a primary that does not answer lets nothing through', async (t) => {
  const workers = { id: 1, count: 2, call: () => Promise.reject(new Error('no answer')) }
  const context = { workers, model: { endpoints: [], extra: { 'auth/api-keys': { keys: [{ key: 'a' }] } } } } as unknown as FeatureContext
  feature.setup!(context)
  const { onRequest } = feature.route!({ client_max_rate: 1 }, { method: 'GET', path: '/a', place: [] } as unknown as Endpoint, context)!
  const app = Fastify()
  t.teardown(() => app.close())
  app.get('/a', { onRequest: onRequest! }, async () => 'passed')
  t.equal((await app.inject({ url: '/a', headers: { authorization: 'Bearer a' } })).statusCode, 429)
})
