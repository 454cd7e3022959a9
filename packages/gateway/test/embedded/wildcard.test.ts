import Fastify from 'fastify'
import t from 'tap'
import { addWildcard } from '../../src/embedded/wildcard.ts'

t.test('addWildcard: every path of a prefix, and nothing beside it', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  let wildcard: ReturnType<typeof addWildcard>
  app.get('/api/own', async () => 'own')
  await app.register(async (scope) => { wildcard = addWildcard(scope, async () => 'all') }, { prefix: '/api' })
  for (const url of ['/api', '/api/', '/api/a/b']) t.equal((await app.inject({ method: 'PUT', url })).body, 'all')
  t.equal((await app.inject('/api/own')).body, 'own')
  t.equal((await app.inject('/apix')).statusCode, 404)
  t.ok(wildcard!.isTaken('GET', '/api/own'))
  for (const url of ['/api/*', '/api', '/api/free']) t.notOk(wildcard!.isTaken('GET', url))
  t.equal(wildcard!.hidden.size, 0)
})

t.test('addWildcard: a method whose paths are the host\'s stays the host\'s', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  app.options('*', async () => 'the host')
  let wildcard: ReturnType<typeof addWildcard>
  await app.register(async (scope) => { wildcard = addWildcard(scope, async () => 'all') })
  t.equal((await app.inject({ method: 'OPTIONS', url: '/a' })).body, 'the host')
  t.equal((await app.inject('/')).body, 'all')
  t.same([...wildcard!.hidden], ['OPTIONS'])
})
