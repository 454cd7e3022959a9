import Fastify, { type FastifyInstance } from 'fastify'
import { test, type Test } from 'tap'
import { registerRoutes } from '@floodgate/router'
import { service } from '../support/routing.ts'

const nothing = () => { throw null } // eslint-disable-line no-throw-literal

async function serve (t: Test, hook: 'onRequest' | 'preHandler' | null, guard: 'onRequest' | 'preHandler'): Promise<FastifyInstance> {
  const app = Fastify()
  t.teardown(() => app.close())
  if (hook !== null) app.addHook(hook as 'onRequest', nothing)
  await app.register(async (scope) => {
    registerRoutes(scope, service(['GET /a']), () => ({
      [guard]: [async (request: { headers: Record<string, unknown> }, reply: { code (status: number): { send (body: string): unknown } }) => {
        if (request.headers['x-key'] !== 'right') await reply.code(401).send('no')
      }],
      handler: () => 'served'
    }))
  })
  return app
}

test('a hook of the host that throws null opens no route', async (t) => {
  for (const guard of ['onRequest', 'preHandler'] as const) {
    for (const hook of [null, 'onRequest', 'preHandler'] as const) {
      const app = await serve(t, hook, guard)
      const status = async (headers: Record<string, string>) => (await app.inject({ url: '/a', headers })).statusCode
      t.equal(await status({}), hook === guard ? 500 : 401, `${hook} before ${guard}`)
      // Of a host's preHandler the hooks of onRequest do not depend.
      const isSkipped = hook === 'onRequest' || (hook === 'preHandler' && guard === 'preHandler')
      t.equal(await status({ 'x-key': 'right' }), isSkipped ? 500 : 200, `${hook} before ${guard}`)
    }
  }
})
