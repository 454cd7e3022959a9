import Fastify, { type FastifyInstance } from 'fastify'
import gateway from '@floodgate/gateway'

/**
 * An app with routes of its own, and below /api the routes of a gateway configuration. Neither touches the other: the
 * app's parsers, hooks and error handler are not the gateway's.
 *
 * @param upstream origin of the catalogue service
 */
export async function createApp (upstream: string): Promise<FastifyInstance> {
  const app = Fastify({ logger: { level: 'warn' } })

  app.get('/hello', async () => ({ hello: 'from a handler of our own' }))

  app.register(gateway, {
    prefix: '/api',
    config: {
      version: 3,
      host: [upstream],
      endpoints: [
        { endpoint: '/books/{id}', output_encoding: 'no-op', backend: [{ url_pattern: '/catalogue/{id}' }] },
        { endpoint: '/books/{id}/card', backend: [{ url_pattern: '/catalogue/{id}', allow: ['title', 'author'], group: 'card' }] }
      ]
    },
    overrides: {
      'GET /books/{id}': {
        onRequest: async (request, reply) => { reply.header('x-request-id', request.id) },
        rewriteRequestHeaders: (_request, headers) => ({ ...headers, 'x-api-key': 'held by the app, not by its clients' })
      }
    }
  })
  return app
}
