import Fastify, { type FastifyInstance } from 'fastify'
import gateway from '@floodgate/gateway'
import { requireHeader } from './require-header.ts'

/**
 * A gateway with a feature of our own.
 *
 * @param upstream origin of the service behind it
 */
export async function createApp (upstream: string): Promise<FastifyInstance> {
  const app = Fastify({ logger: { level: 'warn' } })
  app.register(gateway, {
    features: [requireHeader],
    config: {
      version: 3,
      host: [upstream],
      extra_config: { router: { return_error_msg: true } },
      endpoints: [{
        endpoint: '/stock',
        extra_config: { 'acme/require-header': { name: 'X-Shop', echo_as: 'shop' } },
        backend: [{ url_pattern: '/stock' }]
      }]
    }
  })
  return app
}
