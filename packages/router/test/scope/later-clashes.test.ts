import Fastify, { type FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { registerRoutes, reportLaterClashes } from '@floodgate/router'
import { describingRoute, service } from '../support/routing.ts'

/** An app with a configuration, as a plugin registers it. */
async function start (t: Test, routes: string[], prefix: string): Promise<FastifyInstance> {
  const app = Fastify() as unknown as FastifyInstance
  t.teardown(() => app.close())
  await app.register(async (scope) => { registerRoutes(scope, service(routes), describingRoute) }, { prefix })
  reportLaterClashes(app)
  return app
}

t.test('reportLaterClashes: a later route of the app in the place of an endpoint is an error that names both', async (t) => {
  for (const prefix of ['', '/api']) {
    const app = await start(t, ['GET /a', 'POST /users/{user-id}/*'], prefix)
    const expected = (route: string, endpoint: string) => ({
      code: 'FG_ERR_ROUTER_ROUTE_TAKEN',
      message: `the route ${route} of this app cannot be registered: the configuration has ${endpoint} in its place; register the configuration under a prefix, or remove one of the two`
    })
    t.throws(() => app.get(`${prefix}/a`, async () => 'mine'), expected(`GET ${prefix}/a`, 'GET /a (endpoints.0)'))
    t.throws(() => app.route({ method: ['PUT', 'POST'], url: `${prefix}/users/:name/*`, handler: async () => 'mine' }), expected(`POST ${prefix}/users/:name/*`, 'POST /users/{user-id}/* (endpoints.1)'))
    t.throws(() => app.get(`${prefix}/__health`, async () => 'mine'), expected(`GET ${prefix}/__health`, 'GET /__health'))
    await t.rejects(async () => { await app.register(async (scope) => { scope.get('/a', async () => 'mine') }, { prefix: prefix || '/' }) }, expected(`GET ${prefix}/a`, 'GET /a (endpoints.0)'), 'in a scope of its own')
  }
})

t.test('reportLaterClashes: other routes, other methods and routes with constraints are added', async (t) => {
  const app = await start(t, ['GET /a', 'GET /users/{id}'], '')
  app.post('/a', async () => 'method')
  app.get('/users/:id/orders', async () => 'longer')
  app.get('/users/me', async () => 'static')
  app.get('/a', { constraints: { host: 'admin.test' } }, async () => 'constrained')
  const ask = async (url: string, options: object = {}) => (await app.inject({ url, ...options })).body
  t.equal(await ask('/a', { method: 'POST' }), 'method')
  t.equal(await ask('/users/7/orders'), 'longer')
  t.equal(await ask('/users/me'), 'static')
  t.equal(await ask('/a', { headers: { host: 'admin.test' } }), 'constrained')
  t.match(JSON.parse(await ask('/users/7')), { params: { id: '7' } })
  const other = Fastify()
  t.teardown(() => other.close())
  other.get('/a', async () => 'of another app')
  t.equal((await other.inject('/a')).body, 'of another app')
})
