import swagger from '@fastify/swagger'
import Fastify, { type FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import configLoader from '@floodgate/config-loader'
import gateway, { type EndpointOverrides } from '@floodgate/gateway'
import proxy from '@floodgate/proxy'

interface Document { paths: Record<string, Record<string, { summary?: string, tags?: string[], parameters?: { name: string, in: string }[] }>> }

const paths = [
  'GET /users/{id}', 'POST /users/{name}', 'GET /users/{id}/orders/{order-id}',
  'DELETE /users/{user-id}/orders/{order}', 'GET /files/{owner}/*', 'GET /twice/{x-y}/{x_y}',
  'GET /hidden', 'GET /plain:colon', 'DELETE /tagged'
]
const overrides: Record<string, EndpointOverrides> = {
  'GET /users/{id}': { schema: { summary: 'One user', tags: ['users'], operationId: 'getUser', deprecated: true } },
  '/hidden': { schema: { hide: true } },
  '/tagged': { schema: { tags: ['a', 'b'], description: 'Removes it' } }
}

function configure (routes: readonly string[], more: object = {}) {
  const endpoints = routes.map((route) => {
    const [method, endpoint] = route.split(' ') as [string, string]
    return { endpoint, method, output_encoding: 'no-op', backend: [{ url_pattern: '/', host: ['http://127.0.0.1:1000'] }] }
  })
  return { version: 3, timeout: '60s', ...more, endpoints }
}

type Mount = (app: FastifyInstance, config: ReturnType<typeof configure>, own?: typeof overrides) => Promise<void>

/** Both plugins, each below a prefix of its own. */
const ways: Record<string, Mount> = {
  async gateway (app, config, own = overrides) { await app.register(gateway, { config: config as never, overrides: own, prefix: '/api' }) },
  async proxy (app, config, own = overrides) {
    await app.register(async (scope) => {
      await scope.register(configLoader, { config: config as never, env: {} })
      await scope.register(proxy, { overrides: own })
    }, { prefix: '/api' })
  }
}

async function describe (t: Test, mount: Mount, config: ReturnType<typeof configure>, own?: typeof overrides): Promise<Document['paths']> {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(swagger, { openapi: { info: { title: 'all', version: '1' } } })
  app.get('/own', { schema: { summary: 'Of the host' } }, async () => 'own')
  await mount(app, config, own)
  await app.ready()
  return (app.swagger() as unknown as Document).paths
}

for (const [way, mount] of Object.entries(ways)) {
  t.test(`@fastify/swagger: routes of the ${way} have their configured names, and what overrides say of them`, async (t) => {
    const found = await describe(t, mount, configure(paths))
    const names = Object.entries(found).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { parameters = [] }]) => [method, path, ...parameters.map(({ name }) => name)].join(' ')))
    t.same(names.sort(), [
      'delete /api/tagged',
      'delete /api/users/{user_id}/orders/{order} user_id order',
      'get /api/__health',
      'get /api/files/{owner}/{*} owner *',
      'get /api/plain:colon',
      'get /api/twice/{x_y}/{p1} x_y p1',
      'get /api/users/{id} id',
      'get /api/users/{id}/orders/{order_id} id order_id',
      'get /own',
      'post /api/users/{name} name'
    ])
    t.match(found['/api/users/{id}']!['get'], { summary: 'One user', tags: ['users'], operationId: 'getUser', deprecated: true })
    t.match(found['/api/tagged']!['delete'], { tags: ['a', 'b'], description: 'Removes it' })
    t.match(found['/own']!['get'], { summary: 'Of the host' })
  })

  t.test(`@fastify/swagger: parameters inside a segment, and paths that Fastify cannot express, with the ${way}`, async (t) => {
    const routes = ['GET /img-{id}.png', 'GET /{from}..{to}/x', 'GET /v(1)-{id}']
    const found = await describe(t, mount, configure(routes, { disable_rest: true }), {})
    t.same(Object.keys(found).sort(), ['/api/__health', '/api/img-{id}.png', '/api/{from}..{to}/x', '/own'])
  })

  t.test(`hosts: a route in the place of an endpoint of the ${way}, before or after, is an error that names both`, async (t) => {
    const config = configure(['GET /users/{id}'])
    const before = Fastify()
    t.teardown(() => before.close())
    before.get('/api/users/:name', async () => 'mine')
    await t.rejects(async () => { await mount(before, config, {}); await before.ready() }, {
      code: 'FG_ERR_ROUTER_ROUTE_TAKEN', message: /^GET \/users\/\{id\} \(endpoints\.0\) of the configuration .* this app already has the route GET \/api\/users\/:name;/
    })
    const after = Fastify()
    t.teardown(() => after.close())
    if (way === 'gateway') await mount(after, config, {})
    else {
      await after.register(configLoader, { config: configure(['GET /api/users/{id}']) as never, env: {} })
      await after.register(proxy)
    }
    t.throws(() => after.get('/api/users/:name', async () => 'mine'), {
      code: 'FG_ERR_ROUTER_ROUTE_TAKEN', message: /^the route GET \/api\/users\/:name of this app .* the configuration has GET (?:\/api)?\/users\/\{id\} \(endpoints\.0\) in its place;/
    })
    await after.ready()
  })

  t.test(`hosts: onRoute and requests have the endpoint of a route of the ${way} in routeOptions.config.floodgate`, async (t) => {
    const app = Fastify()
    t.teardown(() => app.close())
    const routes: unknown[] = []
    const requests: unknown[] = []
    app.addHook('onRoute', ({ url, config }) => { routes.push([url, config?.floodgate?.kind, config?.floodgate?.endpoint?.path]) })
    app.addHook('onRequest', async ({ routeOptions: { url, config } }, reply) => {
      requests.push([url, config.floodgate?.kind, config.floodgate?.endpoint?.path])
      return reply.code(204).send()
    })
    app.get('/own', async () => 'own')
    await mount(app, configure(['GET /users/{user-id}']), {})
    for (const url of ['/own', '/api/users/7', '/api/__health', '/api/nowhere']) await app.inject(url)
    t.same(routes, [
      ['/own', undefined, undefined], ['/own', undefined, undefined], ['/api/__health', 'health', undefined],
      ['/api/users/:user_id', 'endpoint', '/users/{user-id}']
    ])
    t.same(requests, [
      ['/own', undefined, undefined], ['/api/users/:user_id', 'endpoint', '/users/{user-id}'], ['/api/__health', 'health', undefined],
      [undefined, undefined, undefined]
    ])
  })
}
